import { ALL_DATA, functionScope } from "../../persist/scopes.ts";
import type { Epochs, MaybePromise } from "../store.ts";
import { AsRuntime } from "./as-runtime.ts";
import { bytes, check, F, F2, G, meta, same, sameBytes } from "./checks.ts";
import type { NamedRule } from "./rule.ts";

/** Nothing from before a clear is used after it, whoever wrote it and whenever it arrives. */
export const CLEAR_RULES: readonly NamedRule[] = [
  [
    "clear of a function removes its entries of every code version, and no others [B201][B222]",
    async ({ store, ask }) => {
      const used = new AsRuntime(store, ask);
      await used.put("f1", bytes(1), meta(F));
      await used.put("f2", bytes(2), meta(F2));
      await used.put("g", bytes(3), meta(G));
      await used.clear(F.function);
      same(await used.get("f1", F), undefined, "a cleared entry");
      same(await used.get("f2", F2), undefined, "a cleared entry of another code version");
      sameBytes((await used.get("g", G))?.bytes, bytes(3), "an entry of another function");
      await used.clear("pkg/src/unknown.ts#h");
      await used.put("f1", bytes(4), meta(F));
      sameBytes((await used.get("f1", F))?.bytes, bytes(4), "an entry written after the clear");
    },
  ],
  [
    "clear without a function removes everything, and an empty store can be cleared [B204]",
    async ({ store, ask }) => {
      const used = new AsRuntime(store, ask);
      await used.clear();
      await used.put("f", bytes(1), meta(F));
      await used.put("g", bytes(1), meta(G));
      await used.clear();
      same(await used.get("f", F), undefined, "an entry of a cleared store");
      same(await used.get("g", G), undefined, "an entry of a cleared store");
    },
  ],
  [
    "clear of a call removes it in every code version, and leaves its neighbours",
    async ({ store, ask }) => {
      const used = new AsRuntime(store, ask);
      await used.put("k", bytes(1), meta(F));
      const other = await used.read("k", F2);
      await used.put("l", bytes(2), meta(F));
      await used.clearCall("k", F);
      same(await used.get("k", F), undefined, "a cleared call");
      await used.put("k", bytes(3), meta(F2), other);
      same(await used.get("k", F2), undefined, "a cleared call of another code version");
      sameBytes((await used.get("l", F))?.bytes, bytes(2), "its neighbour");
    },
  ],
  [
    "a clear beats a run in flight: what was computed before it is not used",
    async ({ store, ask }) => {
      const used = new AsRuntime(store, ask);
      const clears = [() => used.clearCall("k", F), () => used.clear(F.function), () => used.clear()];
      for (const clear of clears) {
        const before = await used.read("k", F);
        await clear();
        await used.put("k", bytes(4), meta(F), before);
        same(await used.get("k", F), undefined, "an entry computed before a clear");
        await used.put("k", bytes(5), meta(F));
        sameBytes((await used.get("k", F))?.bytes, bytes(5), "an entry computed after the clear");
      }
    },
  ],
  [
    "what an entry carries of epochs is returned as written",
    async ({ store, ask }) => {
      const epochs = { "kind:data": "a", "fn:1": "b.c", "tag:0": "" };
      await ask(() => store.write("k", bytes(4), { ...meta(F), epochs }));
      const found = (await ask(() => store.lookup("k", F)))?.meta.epochs ?? {};
      same(JSON.stringify(sorted(found)), JSON.stringify(sorted(epochs)), "meta.epochs");
    },
  ],
  [
    "an epoch stays until its scope is cleared, and never returns to an earlier one",
    async ({ store, ask }) => {
      if (store.readEpochs === undefined) return;
      const scopes = [ALL_DATA, functionScope(F.function), functionScope(G.function), "tag:aa"];
      const read = async () => [...((await ask(() => store.readEpochs?.(scopes, true))) ?? [])];
      const seen = new Set<string | undefined>();
      for (const [i, scope] of [...scopes, ...scopes].entries()) {
        const before = await read();
        check(!before.includes(undefined), "an epoch that was to be made is missing");
        same((await read()).join(), before.join(), "epochs that nobody renewed");
        const at = i % scopes.length;
        seen.add(before[at]);
        await ask(() => store.renewEpochs?.([scope]));
        const after = await read();
        check(after[at] !== undefined && !seen.has(after[at]), `the epoch of ${scope} is one that it had before`);
        same(after.filter((_, j) => j !== at).join(), before.filter((_, j) => j !== at).join(), "other epochs");
      }
    },
  ],
  [
    "who computes since a clear does not wait for who began before it",
    async ({ store, ask }, { flaky }) => {
      // What a clear removes beside renewing epochs may fail; then the wait ends with the holder.
      if (store.lock === undefined || store.renewEpochs === undefined || flaky) return;
      const used = new AsRuntime(store, ask);
      const lockNow = async () => {
        const { epochs } = await used.read("k", F);
        const waiting = { epochs: epochs as Epochs };
        return (await ask(() => store.lock?.("k", F, waiting) as Promise<unknown>)) as {
          release(): MaybePromise<void>;
        };
      };
      const first = await lockNow();
      check(first !== undefined, "nobody held the lock, yet it was not given");
      await used.clear(F.function);
      const second = await lockNow();
      check(second !== undefined, "the lock of a run from before a clear is in the way");
      await first.release();
      await second.release();
    },
  ],
  [
    "another store over the same data sees clears, and none of its own runs escapes them",
    async ({ store, other, ask }) => {
      const [one, two] = [new AsRuntime(store, ask), new AsRuntime(await other(), ask)];
      for (const clear of [() => two.clearCall("k", F), () => two.clear(F.function), () => two.clear()]) {
        await one.put("k", bytes(4), meta(F));
        sameBytes((await two.get("k", F))?.bytes, bytes(4), "an entry the other store wrote");
        const before = await one.read("k", F);
        await clear();
        same(await one.get("k", F), undefined, "an entry cleared by the other store");
        await one.put("k", bytes(4), meta(F), before);
        same(await two.get("k", F), undefined, "an entry computed before the other store's clear");
        same(await one.get("k", F), undefined, "an entry computed before the other store's clear");
      }
    },
    "shared",
  ],
];

const sorted = (epochs: Epochs): [string, string][] => Object.entries(epochs).sort(([a], [b]) => (a < b ? -1 : 1));
