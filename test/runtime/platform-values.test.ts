import "temporal-polyfill/global";
import "urlpattern-polyfill";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cached, codec, configure } from "../../runtime/index.ts";
import { temporaryDirectory } from "../stores/bundle.ts";
import { data } from "./emitted.ts";

const base = temporaryDirectory("platform");
beforeAll(() => configure({ disk: { dir: base.path } }));
afterAll(base.remove);

const form = (n: number) => {
  const made = new FormData();
  made.append("a", `${n}`);
  made.append("a", "again");
  made.append("file", new File([`content ${n}`], "x.txt"));
  return made;
};
const words = (n: number) => {
  const made = new FormData();
  for (const value of [`${n}`, "again"]) made.append("a", value);
  return made;
};

declare const URLPattern: new (
  components: object,
  options?: object,
) => { pathname: string; test(input: object): boolean };
const uses = "URLPattern";
const route = (pathname: string, ignoreCase = false) => new URLPattern({ pathname }, { ignoreCase });

/** Two values of each class that differ a little, and what they say of themselves. */
const VALUES: Record<string, [make: (n: number) => object, read: (value: any) => unknown]> = {
  Headers: [(n) => new Headers({ Accept: "a", "X-N": `${n}` }), (h) => [...h]],
  URLPattern: [
    (n) => route("/Users/:id{.json}?", n === 2),
    (p) => [p.pathname, p.test({ pathname: "/Users/7" }), p.test({ pathname: "/uSERS/7" })],
  ],
  FormData: [words, (f) => [...f]],
  Instant: [(n) => Temporal.Instant.fromEpochMilliseconds(n), (t) => t.epochNanoseconds],
  ZonedDateTime: [(n) => Temporal.ZonedDateTime.from(`2026-01-0${n}T10:00[Asia/Tokyo]`), (t) => t.toString()],
  PlainDateTime: [(n) => Temporal.PlainDateTime.from(`2026-01-0${n}T10:00:00.000000001`), (t) => t.toString()],
  PlainDate: [(n) => Temporal.PlainDate.from(`2026-01-0${n}[u-ca=gregory]`), (t) => [t.toString(), t.calendarId]],
  PlainTime: [(n) => Temporal.PlainTime.from(`10:00:0${n}`), (t) => t.toString()],
  PlainYearMonth: [(n) => Temporal.PlainYearMonth.from(`2026-0${n}`), (t) => t.toString()],
  PlainMonthDay: [(n) => Temporal.PlainMonthDay.from(`01-0${n}`), (t) => t.toString()],
  Duration: [(n) => Temporal.Duration.from({ hours: n, milliseconds: 1500 }), (t) => [t.hours, t.milliseconds]],
};

describe("values of the platform", () => {
  it.each(Object.entries(VALUES))("are results, in memory and from disk: %s", (name, [make, read]) => {
    const body = vi.fn((n: number) => [make(n)]);
    const options = { parts: ["n"], persist: true, id: `test/platform.ts#${name}`, hash: "c1:1", uses } as const;
    data(body, options)(1);
    const copies = [data(body, options)(1), data(body, { ...options, name: "again" })(1)].map(([value]) => value);
    expect(body).toHaveBeenCalledTimes(1);
    for (const copy of copies) {
      expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(make(1)));
      expect(read(copy)).toEqual(read(make(1)));
    }
    expect(copies[0]).not.toBe(copies[1]);
  });

  it.each<[string, (n: number) => object]>([
    ...Object.entries(VALUES).map(([name, [make]]): [string, (n: number) => object] => [name, make]),
    ["Intl.NumberFormat", (n) => new Intl.NumberFormat("de", { maximumFractionDigits: n })],
    ["Intl.DateTimeFormat", (n) => new Intl.DateTimeFormat(n === 1 ? "de" : "fr", { timeZone: "UTC" })],
    ["Intl.Collator", (n) => new Intl.Collator("de", { numeric: n === 1 })],
    ["Intl.Locale", (n) => new Intl.Locale(n === 1 ? "de-DE" : "de-AT")],
  ])("are arguments, told apart by content: %s", (_name, make) => {
    const body = vi.fn((x: unknown) => typeof x);
    const f = data(body, { parts: ["x"], uses });
    for (const x of [make(1), make(1), { deep: make(1) }, { deep: make(1) }]) f(x);
    expect(body).toHaveBeenCalledTimes(2);
    f(make(2));
    expect(body).toHaveBeenCalledTimes(3);
  });

  it("with a file inside are results, and refused as arguments with the path to the file", () => {
    const load = data(form, { parts: ["n"] });
    load(1);
    expect([...load(1).keys()]).toEqual(["a", "a", "file"]);
    const f = data((x: unknown) => typeof x, { name: "send", parts: ["body"] });
    expect(() => f(form(1))).toThrow(/send\(\).*body\.encoded\[2\]\[1\].*File/);
  });

  it("that are URLPatterns are asked whether they ignore case, and refused where that can't be told", () => {
    const f = data((x: unknown) => typeof x, { name: "match", parts: ["route"], uses });
    const seen = (...routes: object[]) => {
      cached(f).clear();
      for (const each of routes) f(each);
      return cached(f).entries().length;
    };
    expect(seen(route("/*"), route("/*", true), route("/:id"), route("/:id", true))).toBe(2);
    expect(seen(route("/a/*/b{/c}?"), route("/a/*/b{/c}?", true), route("/a/*/b{/c}?"))).toBe(2);
    expect(seen(route("/(\\d+)"), route("/(\\d+)", true))).toBe(1);
    expect(seen(route("/users/(\\d+)"), route("/users/(\\d+)", true), route("/users/:id(\\d+)"))).toBe(3);
    expect(() => f(route("/users/(\\d{4}(?:-\\d\\d)*)"))).toThrow(
      /match\(\): .*`route`: whether this URLPattern ignores case can't be told/,
    );
  });

  it("as members of a Set count whatever their order, as do instances with a codec", () => {
    class Price {
      #cents: number;
      constructor(cents: number) {
        this.#cents = cents;
      }
      static readonly codec = codec(Price, { encode: (price) => price.#cents, decode: (cents) => new Price(cents) });
    }
    configure({ codecs: [Price.codec] });
    const makers = [...Object.values(VALUES).map(([make]) => make), (n: number) => new Price(n)];
    for (const make of makers) {
      const body = vi.fn((x: unknown) => typeof x);
      const f = data(body, { parts: ["x"], uses });
      f(new Set([make(1), make(2)]));
      f(new Set([make(2), make(1)]));
      f(new Set([[make(2)], [make(1)]]));
      f(new Set([[make(1)], [make(2)]]));
      expect(body).toHaveBeenCalledTimes(2);
    }
    configure({ codecs: [] });
  });
});
