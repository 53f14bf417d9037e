import { cacheData, cached } from "cachet";
import type { Show } from "./support/example.ts";
import { OutsideWorld } from "./support/outside-world.ts";

// cachet-allow-mutable: that it changes is what this shows
const news = new OutsideWorld();

/**
 * @cacheData
 */
export function loadPage(page: number): string {
  return `page ${page}, version ${news.look()}`;
}

/**
 * @cacheData
 */
export function loadTitle(): string {
  return `title, version ${news.look()}`;
}

/** What the buttons of a page would do. */
export const buttons = {
  "Clear page 1": () => cached(loadPage).clear(1),
  "Clear all pages": () => cached(loadPage).clear(),
  "Clear all data": () => cacheData.clear(),
};

export async function run(show: Show): Promise<void> {
  const look = async () => {
    await show("loadPage(1)", () => loadPage(1));
    await show("loadPage(2)", () => loadPage(2));
    await show("loadTitle()", () => loadTitle());
  };
  await look();
  for (const [label, press] of Object.entries(buttons)) {
    await show(`[${label}]`, press);
    await look();
  }
}
