import type { Rule } from "./contract/rule.ts";
import { RULES } from "./contract/rules.ts";
import type { MaybePromise, Store } from "./store.ts";

/** What the suite asks of the store under test. */
export interface StoreUnderTest {
  /**
   * A new store object over the data named `place`. Each case uses a place of its own, which must be empty at first;
   * called twice with one place, it gives two stores over the same data where `shared` is true.
   * `now` is the wall clock in milliseconds that the store must use, if it can be given one.
   */
  create(place: string, now: () => number): MaybePromise<Store>;
  /** Called when a case is over, with the stores it made; each was closed before. */
  destroy?(place: string): MaybePromise<void>;
  /** True where several stores see the same data: other processes, other machines. */
  shared?: boolean;
  /** True where the store takes its time from elsewhere (a server), so that expiry is tried with real, short waits. */
  ownClock?: boolean;
  /** True where any operation may fail: each is then tried until it succeeds, and what it returns must be right. */
  flaky?: boolean;
  /** Largest value the store takes, in bytes; 4 MiB unless given. */
  maxValueBytes?: number;
}

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

async function runCase(under: StoreUnderTest, rule: Rule): Promise<void> {
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
