import type { Metadata } from "../store.ts";
import { bytes, F, meta, same, sameBytes } from "./checks.ts";
import type { NamedRule } from "./rule.ts";

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

/** What is written is found under its own key, whole, until it is replaced or deleted. */
export const CONTENT_RULES: readonly NamedRule[] = [
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
];
