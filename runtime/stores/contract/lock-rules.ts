import type { MaybePromise } from "../store.ts";
import { bytes, check, F, meta, same, sameBytes } from "./checks.ts";
import type { NamedRule } from "./rule.ts";

/** Calls at the same time, and who computes while others wait. */
export const LOCK_RULES: readonly NamedRule[] = [
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
      const elsewhere = (await ask(() => store.lock?.("other", F) as Promise<unknown>)) as {
        release(): MaybePromise<void>;
      };
      check(elsewhere !== undefined, "a lock of another key was not given");
      await elsewhere.release();
      await new Promise((resolve) => setTimeout(resolve, 30));
      check(!answered, "the second caller did not wait");
      await ask(() => store.write("k", bytes(4), meta(F)));
      await (first as { release(): MaybePromise<void> }).release();
      await (first as { release(): MaybePromise<void> }).release();
      same(await second, undefined, "the lease of a caller that waited until the entry was there");
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(4), "the entry that the first holder wrote");
    },
  ],
  [
    "an entry that a caller has seen and can't use is no sign that the holder of a lock has finished",
    async ({ store, ask }) => {
      if (store.lock === undefined) return;
      await ask(() => store.write("k", bytes(4), meta(F)));
      const seen = (await ask(() => store.lookup("k", F)))?.meta.written as number;
      const first = (await ask(() => store.lock?.("k", F, { seen }) as Promise<unknown>)) as {
        release(): MaybePromise<void>;
      };
      check(first !== undefined, "nobody held the lock, yet it was not given");
      let answered = false;
      const second = ask(() => store.lock?.("k", F, { seen }) as Promise<unknown>).then((lease) => {
        answered = true;
        return lease;
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
      check(!answered, "the second caller did not wait");
      await ask(() => store.write("k", bytes(5), { ...meta(F), written: seen + 1 }));
      await first.release();
      same(await second, undefined, "the lease of a caller that waited until a newer entry was there");
    },
  ],
  [
    "where a holder gives up, the next one gets the lock",
    async ({ store, ask }) => {
      if (store.lock === undefined) return;
      const first = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): MaybePromise<void> };
      const second = ask(() => store.lock?.("k", F) as Promise<unknown>);
      await first.release();
      const lease = (await second) as { release(): MaybePromise<void> } | undefined;
      check(lease !== undefined, "the lock was free, yet nobody got it");
      await lease?.release();
    },
  ],
];
