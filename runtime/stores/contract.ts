import type { ContractRule, StoreUnderTest } from "./contract/rule.ts";
import { RULES } from "./contract/rules.ts";
import type { MaybePromise, Store } from "./store.ts";

export type { StoreUnderTest } from "./contract/rule.ts";

/** One rule of the contract. `run` rejects with an error that says what was broken. */
export interface StoreCase {
  name: string;
  run(): Promise<void>;
}

/**
 * The tests every store passes, independent of any test framework:
 * `for (const { name, run } of storeContract({ create })) test(name, run)`.
 */
export function storeContract(under: StoreUnderTest): StoreCase[] {
  return RULES.filter(([, , needs]) => needs !== "shared" || under.shared === true).map(([name, rule]) => ({
    name,
    run: () => runCase(under, rule),
  }));
}

let count = 0;

async function runCase(under: StoreUnderTest, rule: ContractRule): Promise<void> {
  const place = `case-${++count}-${Math.random().toString(36).slice(2)}`;
  let shift = 0;
  const now = () => Date.now() + shift;
  const made: Store[] = [];
  const make = async () => {
    const store = await under.create(place, now);
    made.push(store);
    return store;
  };
  const ask = async <T>(operation: () => MaybePromise<T>): Promise<T> => {
    for (let left = under.flaky ? 200 : 0; ; left--) {
      try {
        return await operation();
      } catch (error) {
        if (left <= 0) throw error;
      }
    }
  };
  const pass = async (milliseconds: number) => {
    if (under.ownClock) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    else shift += milliseconds;
  };
  try {
    await rule({ store: await make(), other: make, pass, now, ask }, under);
  } finally {
    for (const store of made) await store.close?.();
    await under.destroy?.(place);
  }
}
