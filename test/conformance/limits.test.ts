import { cached, InvalidOptionError } from "cachet";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { diagnoseOption, identify, useHandClock, useRealClock } from "./support.ts";

const DAY = 86_400;
const YEAR = 365 * DAY;
const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;
let clock: ReturnType<typeof useHandClock>;
beforeAll(() => {
  clock = useHandClock();
});
afterAll(useRealClock);

/** @cacheData */
function forever(): string {
  return `now${ran("forever")}`;
}

/** @cacheData({ ttl: "1 day" }) */
function daily(): string {
  return `day${ran("daily")}`;
}

/** @cacheData({ ttl: "2d" }) */
function everyOther(): string {
  return `other${ran("everyOther")}`;
}

/** @cacheData({ ttl: 10 }) */
function tenSeconds(x: number): number {
  return x + ran("tenSeconds");
}

/** @cacheData({ ttl: 0 }) */
function never(): number {
  return ran("never");
}

const badTtl = "1 flecond";

/** @cacheResource({ ttl: badTtl }) */
function resourceWithBadTtl(): object {
  ran("resourceWithBadTtl");
  return {};
}

/** @cacheData({ maxEntries: 2 }) */
function two(x: number): number {
  return x + ran("two");
}

/** @cacheData({ maxEntries: 1 }) */
function onlyOne(x: number): number {
  return x + ran("onlyOne");
}

/** @cacheData({ maxEntries: 1 }) */
function onlyOneToo(x: number): number {
  return x + ran("onlyOneToo");
}

/** @cacheData({ maxEntries: 2, ttl: 10 }) */
function twoForTen(name: string): string {
  return name + (ran("twoForTen") || "");
}

/** @cacheData */
function unlimited(x: number): number {
  return x + ran("unlimited");
}

/** Seconds of a ttl as the build reads it. */
function secondsOf(ttl: string): unknown {
  return identify(`/** @cacheData({ ttl: ${ttl} }) */\nexport function load() { return 1; }\n`).options["ttl"];
}

describe("time to live", () => {
  it("is for ever where none is given [B157]", () => {
    forever();
    clock.advance(10 * YEAR);
    forever();
    expect(runs("forever")).toBe(1);
  });

  it("is seconds as a number, an object or a text of one or more units [B158][B159][B160][B164]", () => {
    const cases: [string, number][] = [
      ["3600", 3600],
      ["0.5", 0.5],
      ["{ hours: 1, seconds: 2 }", 3602],
      ['"1d"', DAY],
      ['"1d23h"', 169_200],
      ['"1 day 23hr 45minutes"', 171_900],
      ['"1.5d23.5h"', 214_200],
      ['"1h23s"', 3623],
      ['"1.5 days"', 129_600],
      ['"100ms"', 0.1],
      ['"1W"', 7 * DAY],
      ['"P1DT2H"', 93_600],
      ['"1m"', 60],
      ['"1h 1h"', 7200],
    ];
    for (const [text, seconds] of cases) expect([text, secondsOf(text)]).toEqual([text, seconds]);
  });

  it.each(['""', '"1 flecond"', '"NaN"', '"Infinity s"', '"10"', '"1M"', '"1y"', "-1", "NaN", "true", "null"])(
    "is not %s, which the build says, quoting it and showing what is valid [B161][B162][B163][B164][B165][B170][B171][B320]",
    (text) => {
      const problems = diagnoseOption(`ttl: ${text}`);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(text.replaceAll('"', ""));
      expect(problems[0]).toMatch(/1h23s|1h30m/);
    },
  );

  it("that only run time knows fails the first call, before the body [B165]", () => {
    expect(badTtl).toContain("flecond");
    expect(resourceWithBadTtl).toThrow(InvalidOptionError);
    expect(resourceWithBadTtl).toThrow(/resourceWithBadTtl\(\): invalid `ttl`: expected .*"1 flecond"/);
    expect(runs("resourceWithBadTtl")).toBe(0);
  });

  it("counts from the write, for each function alone [B166][B167]", () => {
    const timeline: string[] = [];
    const look = (at: string) => {
      const before = [runs("daily"), runs("everyOther")] as const;
      daily();
      everyOther();
      timeline.push(`${at}: ${runs("daily") - before[0]} ${runs("everyOther") - before[1]}`);
    };
    look("0");
    clock.advance(0.5 * DAY);
    look("0.5 d");
    clock.advance(DAY);
    look("1.5 d");
    clock.advance(0.5 * DAY + 1);
    look("2 d + 1 s");
    clock.advance(0.5 * DAY);
    look("2.5 d + 1 s");
    expect(timeline).toEqual(["0: 1 1", "0.5 d: 0 0", "1.5 d: 1 0", "2 d + 1 s: 0 1", "2.5 d + 1 s: 1 0"]);
  });

  it("is over at exactly that moment, and what is over is computed, not served [B168][B176]", () => {
    tenSeconds(1);
    clock.advance(9.999);
    tenSeconds(1);
    expect([runs("tenSeconds"), cached(tenSeconds).has(1)]).toEqual([1, true]);
    clock.advance(0.001);
    expect(cached(tenSeconds).has(1)).toBe(false);
    tenSeconds(1);
    expect(runs("tenSeconds")).toBe(2);
  });

  it("does not care for the clock on the wall [B169]", () => {
    tenSeconds(2);
    const before = runs("tenSeconds");
    clock.wallJump(YEAR);
    tenSeconds(2);
    clock.wallJump(-2 * YEAR);
    tenSeconds(2);
    expect(runs("tenSeconds")).toBe(before);
  });

  it("of zero keeps nothing, of Infinity everything [B170][B171]", () => {
    never();
    never();
    expect(runs("never")).toBe(2);
    expect(diagnoseOption("ttl: Infinity")).toEqual([]);
  });

  it("leaves nothing behind in memory [B172]", () => {
    cached(tenSeconds).clear();
    for (let x = 0; x < 100; x++) tenSeconds(x);
    expect(cached(tenSeconds).stats().entries).toBe(100);
    clock.advance(10);
    expect(cached(tenSeconds).stats()).toMatchObject({ entries: 0, bytes: 0 });
  });
});

describe("limits", () => {
  it("are none where none is given [B177]", () => {
    for (const _ of [1, 2]) for (let x = 0; x < 10_000; x++) unlimited(x);
    expect(runs("unlimited")).toBe(10_000);
  });

  it("let the least recently used go, reads counting as use [B178][B179]", () => {
    const timeline = [1, 2, 1, 3, 1, 2].filter((x) => {
      const before = runs("two");
      two(x);
      return runs("two") > before;
    });
    expect(timeline).toEqual([1, 2, 3, 2]);
  });

  it("let expired entries go before live ones [B180]", () => {
    twoForTen("a");
    clock.advance(5);
    twoForTen("b");
    clock.advance(6);
    twoForTen("c");
    expect([cached(twoForTen).has("a"), cached(twoForTen).has("b"), cached(twoForTen).has("c")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each(["0", "-1", "1.5", '"2"', "NaN"])("are not %s [B181]", (text) => {
    expect(diagnoseOption(`maxEntries: ${text}`)).toEqual([
      expect.stringContaining("Invalid `maxEntries`: expected an integer of at least 1"),
    ]);
  });

  it("belong to one function each [B182]", () => {
    onlyOne(1);
    onlyOneToo(1);
    onlyOne(1);
    onlyOneToo(1);
    expect([runs("onlyOne"), runs("onlyOneToo")]).toEqual([1, 1]);
    onlyOne(2);
    expect([cached(onlyOne).has(1), cached(onlyOneToo).has(1)]).toEqual([false, true]);
  });
});
