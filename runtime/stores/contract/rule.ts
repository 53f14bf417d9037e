import type { MaybePromise, Store } from "../store.ts";

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
export type ContractRule = (bench: Bench, under: StoreUnderTest) => Promise<void>;

/** A rule with its name, and whether it needs two stores over the same data. */
export type NamedRule = readonly [name: string, rule: ContractRule, needs?: "shared"];
