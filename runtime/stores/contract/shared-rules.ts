import type { MaybePromise } from "../store.ts";
import { bytes, check, eventually, F, meta, same, sameBytes } from "./checks.ts";
import type { NamedRule } from "./rule.ts";

/** What two stores over the same data see of each other. */
export const SHARED_RULES: readonly NamedRule[] = [
  [
    "another store over the same data sees writes and deletes",
    async ({ store, other, ask }) => {
      const second = await other();
      await ask(() => store.write("k", bytes(4), meta(F)));
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
    },
    "shared",
  ],
  [
    "a lock holds between stores over the same data",
    async ({ store, other, ask }) => {
      if (store.lock === undefined) return;
      const second = await other();
      const lease = (await ask(() => store.lock?.("k", F) as Promise<unknown>)) as { release(): MaybePromise<void> };
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
];
