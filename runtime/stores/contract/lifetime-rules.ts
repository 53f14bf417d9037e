import { bytes, check, F, G, meta, present, same, sameBytes, settle } from "./checks.ts";
import type { NamedRule } from "./rule.ts";

/** What goes, and when: by time, by a limit, by a prune. */
export const LIFETIME_RULES: readonly NamedRule[] = [
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
    "prune leaves what is good",
    async ({ store, ask, now }) => {
      if (store.prune === undefined) return;
      await ask(() => store.write("k", bytes(4), { ...meta(F), expires: now() + 3_600_000 }));
      await ask(() => store.prune?.());
      sameBytes((await ask(() => store.lookup("k", F)))?.bytes, bytes(4), "a good entry");
    },
  ],
];
