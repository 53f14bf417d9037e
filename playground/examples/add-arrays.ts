import type { Show } from "./support/example.ts";

/**
 * Adds two arrays, element by element. Every element counts for the key, however long the arrays are.
 * @cacheData
 */
export function addArrays(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + (b[i] ?? 0));
}

const numbers = (length: number) => Float64Array.from({ length }, (_, i) => i / 2);

export async function run(show: Show): Promise<void> {
  const a = numbers(100_000);
  const b = numbers(100_000);
  await show("addArrays(a, b)", () => addArrays(a, b));
  await show("addArrays(a.slice(), b.slice())", () => addArrays(a.slice(), b.slice()));
  const changed = b.slice();
  changed[99_999] = -1;
  await show("addArrays(a, lastElementChanged)", () => addArrays(a, changed));
}
