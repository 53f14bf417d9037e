import type { Show } from "./support/example.ts";

/**
 * One list for everybody.
 * @cacheResource
 */
export function sharedList(): number[] {
  return [1, 2, 3];
}

/**
 * A list of their own for everybody.
 * @cacheData
 */
export function ownList(): number[] {
  return [1, 2, 3];
}

/** Adds one to the first item, as each visitor of a page would. */
export function visit(list: number[]): number {
  list[0] = (list[0] ?? 0) + 1;
  return list[0];
}

export async function run(show: Show): Promise<void> {
  for (let visitor = 1; visitor <= 3; visitor++) {
    await show(`visitor ${visitor}: sharedList()[0] + 1`, () => visit(sharedList()));
    await show(`visitor ${visitor}: ownList()[0] + 1`, () => visit(ownList()));
  }
}
