import type { StoreUnderTest } from "../contract.ts";
import type { MaybePromise, Store } from "../store.ts";

/** What a case works with. */
export interface Bench {
  store: Store;
  /** A second store over the same data. */
  other(): Promise<Store>;
  /** Moves the clock; waits where the store has its own. */
  pass(milliseconds: number): Promise<void>;
  now(): number;
  /** An operation, tried again where the store under test may fail. */
  ask<T>(operation: () => MaybePromise<T>): Promise<T>;
}

/** One rule, which throws where the store breaks it. */
export type Rule = (bench: Bench, under: StoreUnderTest) => Promise<void>;

/** A rule with its name, and whether it needs two stores over the same data. */
export type NamedRule = readonly [name: string, rule: Rule, needs?: "shared"];
