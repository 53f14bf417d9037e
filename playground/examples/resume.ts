import { warm } from "cachet";
import type { Show } from "./support/example.ts";
import { service } from "./support/rating-service.ts";

export interface Summary {
  good: number;
  bad: number;
  best: string;
}

/** @cacheData({ persist: true }) */
export async function load(count: number): Promise<string[]> {
  return Array.from({ length: count }, (_, i) => `  Review ${i}: it was ${["fine", "awful", "splendid"][i % 3]}  `);
}

/** @cacheData({ persist: true }) */
export async function clean(texts: string[]): Promise<string[]> {
  return texts.map((text) => text.trim().toLowerCase());
}

/** @cacheData({ persist: true }) */
export async function rate(text: string): Promise<number> {
  return await service.rate(text);
}

/** @cacheData({ persist: true }) */
export async function summarize(texts: string[], ratings: number[]): Promise<Summary> {
  const good = ratings.filter((rating) => rating > 0).length;
  return { good, bad: ratings.length - good, best: texts[ratings.indexOf(Math.max(...ratings))] ?? "none" };
}

/** @cacheData({ persist: true }) */
export async function report({ good, bad, best }: Summary): Promise<string> {
  return `${good} good, ${bad} bad, best: ${best}`;
}

/** Five steps. None says where it stands: what has been computed by the present code is there, and the rest runs. */
export async function pipeline(count: number): Promise<string> {
  const texts = await clean(await load(count));
  // One entry for each text: who comes back after a crash has those that were done. A terminal shows how far it is.
  const { failed } = await warm(
    rate,
    texts.map((text) => [text] as [string]),
    { concurrency: 8 },
  );
  if (failed.length > 0) throw new Error(`${failed.length} of ${texts.length} texts are not rated`);
  const ratings = await Promise.all(texts.map(rate));
  return await report(await summarize(texts, ratings));
}

export async function run(show: Show): Promise<void> {
  await show("pipeline(10), and the service fails", () => pipeline(10).catch((error: Error) => error.message));
  await show("pipeline(10), once it works", () => pipeline(10));
  await show("pipeline(10)", () => pipeline(10));
}
