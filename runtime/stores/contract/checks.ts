import type { Metadata, Origin, Store } from "../store.ts";
import type { Bench } from "./rule.ts";

export const F: Origin = { function: "pkg/src/a.ts#f", hash: "c1:aa" };
export const F2: Origin = { function: "pkg/src/a.ts#f", hash: "c1:bb" };
export const G: Origin = { function: "pkg/src/a.ts#g", hash: "c1:aa" };

export const meta = (origin: Origin): Metadata => ({ ...origin, written: 1_700_000_000_000, cost: 1 });

/** Bytes that differ at every position and with every seed. */
export function bytes(length: number, seed = 0): Uint8Array {
  const result = new Uint8Array(length);
  for (let i = 0; i < length; i++) result[i] = (i * 31 + (i >> 8) * 7 + seed) & 255;
  return result;
}

/** Lets enough time go by that the order of use can be told from file times too. */
export async function settle(pass: Bench["pass"]): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 12));
  await pass(1);
}

export async function present(ask: Bench["ask"], store: Store, keys: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const key of keys) if ((await ask(() => store.lookup(key, F))) !== undefined) left.push(key);
  return left;
}

/** Other machines hear of a change within moments, not at once. */
export async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let left = 100; left > 0; left--) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`store contract: ${what} was not seen within two seconds`);
}

export function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(`store contract: ${message}`);
}

export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected))
    throw new Error(`store contract: ${what} is ${String(actual)}, expected ${String(expected)}`);
}

export function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  check(actual !== undefined, `${what}: not found`);
  const found = actual as Uint8Array;
  check(found.length === expected.length, `${what}: ${found.length} bytes, expected ${expected.length}`);
  const at = expected.findIndex((byte, i) => byte !== found[i]);
  check(at === -1, `${what}: byte ${at} is ${found[at]}, expected ${expected[at]}`);
}
