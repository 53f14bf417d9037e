import type { Show } from "./support/example.ts";

/**
 * Keeps two results. The one that was used least recently makes room for a third.
 * @cacheData({ maxEntries: 2 })
 */
export function square(x: number): number {
  return x * x;
}

export async function run(show: Show): Promise<void> {
  for (const x of [1, 2, 1, 3, 1, 2]) await show(`square(${x})`, () => square(x));
}
