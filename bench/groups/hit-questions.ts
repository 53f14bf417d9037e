import type * as Cases from "../cases/hit.ts";
import type { Step } from "../measure.ts";
import type { WrapOptions } from "../peers/memoizers.ts";
import type { Question } from "../types.ts";

export type Module = typeof Cases;
export type Fn = (...args: any[]) => any;

export interface HitQuestion extends Question {
  /** The function of the case. */
  take: (cases: Module) => Fn;
  /** One call of it; `i` counts up. */
  call: (fn: Fn, cases: Module) => Step;
  /** After how many calls the arguments repeat. */
  period: number;
  /** Makes the entries with other objects than those that are asked with later. */
  prime?: (fn: Fn) => unknown;
  /** The least work that gives the same answer. */
  limit?: (cases: Module) => Step;
  options?: WrapOptions;
  /** The question is about misses. */
  misses?: true;
  /** Only cachet has such a thing. */
  alone?: true;
  before?: () => Promise<void>;
}

const texts = Array.from({ length: 16 }, (_, i) => `${String.fromCharCode(97 + i)}-user-${i * 7919}`);
const names = ["alpha", "beta", "gamma", "delta"];
const list = (shift: number) => Array.from({ length: 1000 }, (_, i) => i * 1.5 + shift);
/** Equal arrays that are not the same: the first is what the entry is made with, the others are what it is asked with. */
const lists = [list(0), list(0), list(0)];
const big = Float64Array.from({ length: process.env["BENCH_QUICK"] ? 1000 : 1_000_000 }, (_, i) => i * 0.5);
const bigs = [big, big.slice(), big.slice()];
const services = [{ db: 1 }, { log: 1 }, { signal: 1 }];

/** Looks in a map that holds the answers to sixteen texts. */
function mapOfTexts(cases: Module): Step {
  const map = new Map(texts.map((name) => [name, cases.text(name)]));
  return (i) => map.get(texts[i & 15] as string);
}

/** What is asked, in the order of the tables. */
export const questions: readonly HitQuestion[] = [
  {
    id: "none",
    title: "No argument",
    take: (cases) => cases.none,
    call: (fn) => () => fn(),
    period: 1,
    limit() {
      const kept = { value: 42 };
      return () => kept.value;
    },
  },
  {
    id: "text",
    title: "One string, always the same",
    take: (cases) => cases.text,
    call: (fn) => () => fn("hello-world"),
    period: 1,
    limit(cases) {
      const map = new Map([["hello-world", cases.text("hello-world")]]);
      return () => map.get("hello-world");
    },
  },
  {
    id: "texts",
    title: "One string, 16 in rotation",
    note: "Limit: one `Map.get`.",
    take: (cases) => cases.text,
    call: (fn) => (i) => fn(texts[i & 15]),
    period: 16,
    limit: mapOfTexts,
  },
  {
    id: "pair",
    title: "String and number, 16 pairs in rotation",
    note: "Limit: two `Map.get`.",
    take: (cases) => cases.pair,
    call: (fn) => (i) => fn(names[i & 3], (i >> 2) & 3),
    period: 16,
    limit(cases) {
      const map = new Map(
        names.map((name) => [name, new Map([0, 1, 2, 3].map((page) => [page, cases.pair(name, page)]))]),
      );
      return (i) => map.get(names[i & 3] as string)?.get((i >> 2) & 3);
    },
  },
  {
    id: "options",
    title: "Small options object, new at each call",
    note: "`f({ page, sort, tags: [n] })`, 16 in rotation. Limit: comparing with one kept object, field by field.",
    take: (cases) => cases.options,
    call: (fn) => (i) => fn({ page: i & 15, sort: "name", tags: [3] }),
    period: 16,
    limit(cases) {
      const kept = Array.from({ length: 16 }, (_, page) => ({ page, sort: "name", tags: [3] }));
      const values = kept.map(cases.options);
      return (i) => {
        const asked = { page: i & 15, sort: "name", tags: [3] };
        const known = kept[i & 15] as Cases.Options;
        const same = asked.page === known.page && asked.sort === known.sort && asked.tags[0] === known.tags[0];
        return same ? values[i & 15] : undefined;
      };
    },
  },
  {
    id: "numbers",
    title: "Array of 1,000 numbers, equal but not the same",
    note: "Half of them with a fraction. Limit: comparing with one kept array.",
    take: (cases) => cases.numbers,
    call: (fn) => (i) => fn(lists[1 + (i & 1)]),
    period: 2,
    prime: (fn) => fn(lists[0]),
    limit(cases) {
      const kept = list(0);
      const value = cases.numbers(kept);
      return (i) => {
        const asked = lists[1 + (i & 1)] as number[];
        for (let j = 0; j < kept.length; j++) if (asked[j] !== kept[j]) return undefined;
        return value;
      };
    },
  },
  {
    id: "floats",
    title: "Float64Array of 1,000,000, equal but not the same",
    note: "Limit: `Buffer.equals` with one kept copy.",
    take: (cases) => cases.floats,
    call: (fn) => (i) => fn(bigs[1 + (i & 1)]),
    period: 2,
    prime: (fn) => fn(bigs[0]),
    limit(cases) {
      const kept = Buffer.from(big.slice().buffer);
      const value = cases.floats(big);
      return (i) => {
        const asked = bigs[1 + (i & 1)] as Float64Array<ArrayBuffer>;
        return kept.equals(Buffer.from(asked.buffer)) ? value : undefined;
      };
    },
  },
  {
    id: "ten",
    title: "Ten parameters, three of them excluded",
    note: "Excluded: a database, a logger and a signal, the same objects at each call. Limit: seven `Map.get`.",
    take: (cases) => cases.ten,
    call: (fn) => (i) =>
      fn(names[i & 3], (i >> 2) & 3, true, "four", 5, "six", 7, services[0], services[1], services[2]),
    period: 16,
    limit(cases) {
      const build = (parts: readonly unknown[], value: number): unknown =>
        parts.length === 0 ? value : new Map([[parts[0], build(parts.slice(1), value)]]);
      const rest = [true, "four", 5, "six", 7];
      const answer = (a: string, b: number) => cases.ten(a, b, true, "four", 5, "six", 7, {}, {}, {});
      const under = (a: string) => new Map([0, 1, 2, 3].map((b) => [b, build(rest, answer(a, b))]));
      const root = new Map(names.map((a) => [a, under(a)]));
      return (i) => {
        let level: any = root.get(names[i & 3] as string)?.get((i >> 2) & 3);
        for (let j = 0; j < rest.length; j++) level = level.get(rest[j]);
        return level;
      };
    },
  },
  {
    id: "method",
    title: "Method of an instance",
    note: "Peers wrap the bound method by hand, once for each instance. Limit: one `Map.get` in the instance.",
    take: (cases) => {
      const sizes = new cases.Sizes(3);
      return (name: string) => sizes.size(name);
    },
    call: (fn) => (i) => fn(texts[i & 15]),
    period: 16,
    limit(cases) {
      const sizes = new cases.Sizes(3);
      const holder = { map: new Map(texts.map((name) => [name, sizes.size(name)])) };
      return (i) => holder.map.get(texts[i & 15] as string);
    },
  },
  {
    id: "later",
    title: "Async: one string, 16 in rotation, awaited",
    note: "Limit: awaiting a resolved promise.",
    take: (cases) => cases.later,
    call: (fn) => (i) => fn(texts[i & 15]),
    period: 16,
    options: { async: true },
    limit() {
      const kept = texts.map((name) => Promise.resolve(name.charCodeAt(0) * 100 + name.length));
      return (i) => kept[i & 15];
    },
  },
  {
    id: "laterOptions",
    title: "Async: small options object, new at each call, awaited",
    note: "Limit: awaiting a resolved promise.",
    take: (cases) => cases.laterOptions,
    call: (fn) => (i) => fn({ page: i & 15, sort: "name", tags: [3] }),
    period: 16,
    options: { async: true },
    limit() {
      const kept = texts.map((_, page) => Promise.resolve(page * 100 + 7));
      return (i) => kept[i & 15];
    },
  },
  {
    id: "ttl",
    title: "Under a time to live of an hour: one string, 16 in rotation",
    note: "Limit: one `Map.get`, and the clock read and compared.",
    take: (cases) => cases.aging,
    call: (fn) => (i) => fn(texts[i & 15]),
    period: 16,
    options: { ttl: 3600 },
    limit(cases) {
      const expires = performance.now() + 3_600_000;
      const map = new Map(texts.map((name) => [name, { value: cases.text(name), expires }]));
      return (i) => {
        const entry = map.get(texts[i & 15] as string);
        return entry !== undefined && entry.expires > performance.now() ? entry.value : undefined;
      };
    },
  },
  {
    id: "full",
    title: "maxEntries 100, full: 100 numbers in rotation, all hits",
    note: "Limit: one `Map.get`, without any order of use.",
    take: (cases) => cases.bounded,
    call: (fn) => (i) => fn(i % 100),
    period: 100,
    options: { maxEntries: 100 },
    limit() {
      const map = new Map(Array.from({ length: 100 }, (_, id) => [id, id * 2]));
      return (i) => map.get(i % 100);
    },
  },
  {
    id: "evicting",
    title: "maxEntries 100, evicting: 200 numbers in rotation, all misses",
    note: "Limit: a `Map` that deletes its oldest key at each insertion.",
    take: (cases) => cases.bounded,
    call: (fn) => (i) => fn(i % 200),
    period: 200,
    options: { maxEntries: 100 },
    misses: true,
    limit() {
      const map = new Map<number, number>();
      return (i) => {
        const id = i % 200;
        let value = map.get(id);
        if (value === undefined) {
          map.set(id, (value = id * 2));
          if (map.size > 100) map.delete(map.keys().next().value as number);
        }
        return value;
      };
    },
  },
  {
    id: "ruled",
    title: "hashFuncs: an instance of a class, keyed by its id",
    note: "Peers are given a key function. Limit: `Map.get(user.id)`.",
    take: (cases) => cases.ruled,
    call(fn, cases) {
      const users = texts.map((id) => new cases.User(id));
      return (i) => fn(users[i & 15]);
    },
    period: 16,
    options: { key: (args) => args[0].id },
    limit(cases) {
      const users = texts.map((id) => new cases.User(id));
      const map = new Map(users.map((user) => [user.id, cases.ruled(user)]));
      return (i) => map.get((users[i & 15] as Cases.User).id);
    },
  },
  {
    id: "subscribed",
    title: "With a subscriber to every event: one string, 16 in rotation",
    note: "A listener that does nothing. The limit is the same hit with nobody listening to anything.",
    take: (cases) => cases.text,
    call: (fn) => (i) => fn(texts[i & 15]),
    period: 16,
    limit: mapOfTexts,
    alone: true,
    async before() {
      const { subscribe } = await import("cachet");
      subscribe(() => {});
    },
  },
];
