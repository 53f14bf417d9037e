import type { StoreUnderTest } from "../contract.ts";
import type { Maybe, Metadata, Store } from "../store.ts";
import { bytes, check, eventually, F, F2, G, meta, present, same, sameBytes, settle } from "./checks.ts";

/** What a case works with. */
export interface Bench {
  store: Store;
  /** A second store over the same data. */
  other(): Promise<Store>;
  /** Moves the clock; waits where the store has its own. */
  pass(milliseconds: number): Promise<void>;
  now(): number;
  /** An operation, tried again where the store under test may fail. */
  ask<T>(operation: () => Maybe<T>): Promise<T>;
}

/** One rule, which throws where the store breaks it. */
export type Rule = (bench: Bench, under: StoreUnderTest) => Promise<void>;

/** Keys that a file name, a query language or a careless join would mix up. */
const ODD_KEYS = [
  "",
  " ",
  "a",
  "A",
  "a ",
  "é",
  "e\u0301",
  "__proto__",
  "constructor",
  "../../escape",
  "/etc/passwd",
  "C:\\con",
  "a\0b",
  "a\nb",
  "*",
  "{x}:y",
  "\ud800",
  "\ud801",
  "\ufffd",
  "😀",
  "k".repeat(5000),
  `${"k".repeat(4999)}l`,
];

/** Every rule with its name; those that need two stores over the same data say so. */
export const RULES: readonly (readonly [name: string, rule: Rule, needs?: "shared"])[] = [
  [
    "an unknown key is not found [B211]",
    async ({ store, ask }) => {
      same(await ask(() => store.lookup("nothing", F)), undefined, "lookup of an unknown key");
    },
  ],
  [
    "says whether it answers at once, and then does",
    async ({ store, ask }) => {
      same(typeof store.name, "string", "typeof name");
      if (!store.sync) return;
      const answers = [
        await ask(() => [store.write("k", bytes(1), meta(F))]),
        await ask(() => [store.lookup("k", F)]),
        await ask(() => [store.delete("k", F)]),
        await ask(() => [store.clear()]),
      ];
      for (const [answer] of answers) same(answer instanceof Promise, false, "a promise from a synchronous store");
    },
  ],
  [
    "returns the bytes and what is known about them, whatever their length",
    async ({ store, ask, now }, under) => {
      for (const length of [
        0,
        1,
        7,
        8,
        1000,
        65_535,
        65_536,
        200_001,
        Math.min(under.maxValueBytes ?? 2 ** 22, 2 ** 22),
      ]) {
        const given: Metadata = { ...F, written: now() - 5, cost: 12.5, expires: now() + 3_600_000, maxEntries: 99 };
        await ask(() => store.write(`k${length}`, bytes(length, 3), given));
        const found = await ask(() => store.lookup(`k${length}`, F));
        sameBytes(found?.bytes, bytes(length, 3), `${length} bytes`);
        for (const name of ["function", "hash", "written", "cost", "expires"] as const)
          same(found?.meta[name], given[name], `meta.${name}`);
      }
      await ask(() => store.write("plain", bytes(3), meta(F)));
      same(
        (await ask(() => store.lookup("plain", F)))?.meta.expires,
        undefined,
        "meta.expires of an entry that never expires",
      );
    },
  ],
  [
    "stores the view it is given, not the buffer behind it",
    async ({ store, ask }) => {
      const large = bytes(64);
      await ask(() => store.write("k", large.subarray(10, 20), meta(F)));
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, large.slice(10, 20), "a view");
    },
  ],
  [
    "a later write replaces an earlier one [B212]",
    async ({ store, ask }) => {
      for (const length of [1000, 10, 5000]) {
        await ask(() => store.write("k", bytes(length, length), meta(F)));
        sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(length, length), "the later value");
      }
    },
  ],
  [
    "a deleted entry is gone, and deleting twice is fine [B213]",
    async ({ store, ask }) => {
      await ask(() => store.write("k", bytes(9), meta(F)));
      await ask(() => store.write("l", bytes(9), meta(F)));
      await ask(() => store.delete("k", F));
      await ask(() => store.delete("k", F));
      await ask(() => store.delete("never", F));
      same(await ask(() => store.lookup("k", F)), undefined, "a deleted entry");
      sameBytes((await ask(() => store.lookup("l", F)))?.bytes, bytes(9), "its neighbour");
    },
  ],
  [
    "keys are opaque: no two are mixed up, none leads elsewhere",
    async ({ store, ask }) => {
      for (const [i, key] of ODD_KEYS.entries()) await ask(() => store.write(key, bytes(16, i), meta(F)));
      for (const [i, key] of ODD_KEYS.entries())
        sameBytes(
          (await ask(() => store.lookup(key, F)))?.bytes,
          bytes(16, i),
          `key ${JSON.stringify(key.slice(0, 20))}`,
        );
      for (const key of ODD_KEYS) await ask(() => store.delete(key, F));
      for (const key of ODD_KEYS)
        same(await ask(() => store.lookup(key, F)), undefined, `deleted key ${JSON.stringify(key.slice(0, 20))}`);
    },
  ],
  [
    "clear of a function removes its entries of every code version, and no others [B201][B222]",
    async ({ store, ask }) => {
      await ask(() => store.write("f1", bytes(1), meta(F)));
      await ask(() => store.write("f2", bytes(2), meta(F2)));
      await ask(() => store.write("g", bytes(3), meta(G)));
      await ask(() => store.clear(F.function));
      same(await ask(() => store.lookup("f1", F)), undefined, "a cleared entry");
      same(await ask(() => store.lookup("f2", F2)), undefined, "a cleared entry of another code version");
      sameBytes((await ask(() => store.lookup("g", G)))?.bytes, bytes(3), "an entry of another function");
      await ask(() => store.clear("pkg/src/unknown.ts#h"));
      await ask(() => store.write("f1", bytes(4), meta(F)));
      sameBytes((await ask(() => store.lookup("f1", F)))?.bytes, bytes(4), "an entry written after the clear");
    },
  ],
  [
    "clear without a function removes everything, and an empty store can be cleared [B204]",
    async ({ store, ask }) => {
      await ask(() => store.clear());
      await ask(() => store.write("f", bytes(1), meta(F)));
      await ask(() => store.write("g", bytes(1), meta(G)));
      await ask(() => store.clear());
      same(await ask(() => store.lookup("f", F)), undefined, "an entry of a cleared store");
      same(await ask(() => store.lookup("g", G)), undefined, "an entry of a cleared store");
    },
  ],
  [
    "an entry is there until it expires and never after",
    async ({ store, ask, now, pass }, under) => {
      const life = under.ownClock ? 400 : 10_000;
      const given = { ...meta(F), written: now(), expires: now() + life };
      await ask(() => store.write("k", bytes(5), given));
      await ask(() => store.write("for ever", bytes(5), meta(F)));
      await pass(life / 10);
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(5), "an entry that is still good");
      await pass(life);
      const late = await ask(() => store.lookup("k", F));
      check(
        late === undefined || (late.meta.expires ?? Number.POSITIVE_INFINITY) <= now(),
        "an expired entry was served as good",
      );
      sameBytes((await ask(() => store.lookup("for ever", F)))?.bytes, bytes(5), "an entry that never expires");
    },
  ],
  [
    "at most maxEntries of a function stay, the least recently used go first",
    async ({ store, ask, pass }) => {
      const limited = { ...meta(F), maxEntries: 3 };
      for (const key of ["a", "b", "c"]) {
        await ask(() => store.write(key, bytes(4), limited));
        await settle(pass);
      }
      await ask(() => store.write("g", bytes(4), meta(G)));
      await ask(() => store.lookup("a", F));
      await settle(pass);
      await ask(() => store.write("d", bytes(4), limited));
      const left = await present(ask, store, ["a", "b", "c", "d"]);
      same(left.join(), "a,c,d", "the entries left");
      for (let i = 0; i < 10; i++) await ask(() => store.write(`e${i}`, bytes(4), limited));
      const all = await present(ask, store, ["a", "b", "c", "d", ...Array.from({ length: 10 }, (_, i) => `e${i}`)]);
      check(all.length <= 3 && all.length > 0, `${all.length} entries are left of at most 3`);
      check((await ask(() => store.lookup("g", G))) !== undefined, "an entry of another function went too");
    },
  ],
  [
    "at most maxBytes of a function stay",
    async ({ store, ask, pass }) => {
      const limited = { ...meta(F), maxBytes: 3000 };
      for (const key of ["a", "b", "c", "d", "e"]) {
        await ask(() => store.write(key, bytes(900), limited));
        await settle(pass);
      }
      const left = await present(ask, store, ["a", "b", "c", "d", "e"]);
      check(left.length <= 3, `${left.length} entries of 900 bytes are left under a limit of 3000`);
      check(left.includes("e"), "the newest entry is gone");
    },
  ],
  [
    "calls at the same time never show half a value [B200][B221]",
    async ({ store, ask }) => {
      const sizes = [100, 70_000, 3, 150_000];
      const work = Array.from({ length: 40 }, (_, i) => async () => {
        const size = sizes[i % sizes.length] as number;
        if (i % 3 === 0) await ask(() => store.write("k", bytes(size, size), meta(F)));
        const found = await ask(() => store.lookup("k", F));
        if (found !== undefined)
          sameBytes(found.bytes, bytes(found.bytes.length, found.bytes.length), "a value of one of the writers");
      });
      await Promise.all(work.map((one) => one()));
    },
  ],
  [
    "one holder of a lock computes while others wait",
    async ({ store, ask }) => {
      if (store.lock === undefined) return;
      const first = await ask(() => store.lock?.("k", F) as Promise<unknown>);
      check(first !== undefined, "nobody held the lock, yet it was not given");
      let answered = false;
      const second = ask(() => store.lock?.("k", F) as Promise<unknown>).then((lease) => {
        answered = true;
        return lease;
      });
      const elsewhere = (await ask(() => store.lock?.("other", F) as Promise<unknown>)) as { release(): Maybe<void> };
      check(elsewhere !== undefined, "a lock of another key was not given");
      await elsewhere.release();
      await new Promise((resolve) => setTimeout(resolve, 30));
      check(!answered, "the second caller did not wait");
      await ask(() => store.write("k", bytes(4), meta(F)));
      await (first as { release(): Maybe<void> }).release();
      await (first as { release(): Maybe<void> }).release();
      same(await second, undefined, "the lease of a caller that waited until the entry was there");
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(4), "the entry that the first holder wrote");
    },
  ],
  [
    "where a holder gives up, the next one gets the lock",
    async ({ store, ask }) => {
      if (store.lock === undefined) return;
      const first = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): Maybe<void> };
      const second = ask(() => store.lock?.("k", F) as Promise<unknown>);
      await first.release();
      const lease = (await second) as { release(): Maybe<void> } | undefined;
      check(lease !== undefined, "the lock was free, yet nobody got it");
      await lease?.release();
    },
  ],
  [
    "a clear beats a run in flight: what was computed before it does not land",
    async ({ store, ask }) => {
      if (store.lock === undefined) return;
      const clears = [() => store.delete("k", F), () => store.clear(F.function), () => store.clear()];
      for (const clear of clears) {
        const lease = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): Maybe<void> };
        check(lease !== undefined, "the lock was not given");
        await ask(clear);
        await ask(() => store.write("k", bytes(4), meta(F)));
        same(await ask(() => store.lookup("k", F)), undefined, "an entry computed before a clear");
        await lease.release();
        await ask(() => store.write("k", bytes(5), meta(F)));
        sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(5), "an entry computed after the clear");
        await ask(() => store.delete("k", F));
      }
    },
  ],
  [
    "prune leaves what is good",
    async ({ store, ask, now }) => {
      if (store.prune === undefined) return;
      await ask(() => store.write("k", bytes(4), { ...meta(F), expires: now() + 3_600_000 }));
      await ask(() => store.prune?.());
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(4), "a good entry");
    },
  ],
  [
    "another store over the same data sees writes, deletes and clears",
    async ({ store, other, ask }) => {
      const second = await other();
      await ask(() => store.write("k", bytes(4), meta(F)));
      await ask(() => store.write("g", bytes(6), meta(G)));
      sameBytes((await ask(() => second.lookup("k", F)))?.bytes, bytes(4), "an entry the other store wrote");
      await ask(() => second.write("k", bytes(5), meta(F)));
      await eventually(
        async () => (await ask(() => store.lookup("k", F)))?.bytes.length === 5,
        "a value replaced by the other store",
      );
      await ask(() => second.delete("k", F));
      await eventually(
        async () => (await ask(() => store.lookup("k", F))) === undefined,
        "an entry deleted by the other store",
      );
      await ask(() => second.clear());
      await eventually(
        async () => (await ask(() => store.lookup("g", G))) === undefined,
        "an entry cleared by the other store",
      );
    },
    "shared",
  ],
  [
    "a lock holds between stores over the same data",
    async ({ store, other, ask }) => {
      if (store.lock === undefined) return;
      const second = await other();
      const lease = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): Maybe<void> };
      let answered = false;
      const waiting = ask(() => second.lock?.("k", F) as Promise<unknown>).then((result) => {
        answered = true;
        return result;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      check(!answered, "the second store did not wait");
      await ask(() => store.write("k", bytes(4), meta(F)));
      await lease.release();
      same(await waiting, undefined, "the lease of the second store");
      sameBytes((await ask(() => second.lookup("k", F)))?.bytes, bytes(4), "what the first one computed");
    },
    "shared",
  ],
  [
    "a clear by another store beats a run in flight",
    async ({ store, other, ask }) => {
      if (store.lock === undefined) return;
      const second = await other();
      for (const clear of [() => second.delete("k", F), () => second.clear(F.function), () => second.clear()]) {
        const lease = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): Maybe<void> };
        check(lease !== undefined, "the lock was not given");
        await ask(clear);
        await ask(() => store.write("k", bytes(4), meta(F)));
        same(await ask(() => second.lookup("k", F)), undefined, "an entry computed before the other store's clear");
        await lease.release();
      }
    },
    "shared",
  ],
];
