import type { Show } from "./support/example.ts";

/**
 * A rule also overrides how a built-in type is compared: here upper and lower case and spaces make no difference.
 * @cacheData({ hashFuncs: { string: (text) => text.trim().toLowerCase() } })
 */
export function search(words: string): string {
  return `results for ${words.trim().toLowerCase()}`;
}

/**
 * Here the order of the tags makes none. A rule is not applied to its own result, so it may return an array again.
 * @cacheData({ hashFuncs: { Array: (tags) => [...tags].sort() } })
 */
export function filterByTags(tags: string[]): string {
  return `items with ${tags.join(" and ")}`;
}

export async function run(show: Show): Promise<void> {
  await show('search("Green Tea")', () => search("Green Tea"));
  await show('search(" green tea ")', () => search(" green tea "));
  await show('search("black tea")', () => search("black tea"));
  await show('filterByTags(["new", "sale"])', () => filterByTags(["new", "sale"]));
  await show('filterByTags(["sale", "new"])', () => filterByTags(["sale", "new"]));
  await show('filterByTags(["sale"])', () => filterByTags(["sale"]));
}
