import { describe, expect, it } from "vitest";
import { parseBytes } from "../../runtime/options/bytes.ts";
import { parseDuration } from "../../runtime/options/duration.ts";

/** What the fields of a `Temporal.Duration` are: accessors of its class. */
function temporal(fields: Record<string, number>): object {
  const units = "years months weeks days hours minutes seconds milliseconds microseconds nanoseconds".split(" ");
  const prototype = { [Symbol.toStringTag]: "Temporal.Duration" };
  for (const unit of units) Object.defineProperty(prototype, unit, { get: () => fields[unit] ?? 0 });
  return Object.create(prototype) as object;
}

describe("a duration", () => {
  it.each<[unknown, number]>([
    [60, 60],
    [0.5, 0.5],
    [0, 0],
    [Infinity, Infinity],
    ["1d", 86_400],
    ["1d23h", 169_200],
    ["1 day 23hr 45minutes", 171_900],
    ["1.5d23.5h", 214_200],
    ["1h23s", 3_623],
    ["1.5 days", 129_600],
    ["100ms", 0.1],
    ["1W", 604_800],
    ["1m", 60],
    ["1h 1h", 7_200],
    ["2 weeks, 1 day", 1_296_000],
    [" 3 sec ", 3],
    [".5h", 1_800],
    ["P1DT2H", 93_600],
    ["PT0.5S", 0.5],
    ["P2W", 1_209_600],
    ["PT1M", 60],
    [{ hours: 1 }, 3_600],
    [{ minutes: 1, seconds: 30, milliseconds: 500 }, 90.5],
    ["1HOUR", 3_600],
    ["1 days 06:05:01", 108_301],
    ["2 days, 00:00:01.5", 172_801.5],
    ["00:15:00", 900],
    ["100:00:00", 360_000],
    ["15us", 15e-6],
    ["3 µs", 3e-6],
    ["20 ns", 20e-9],
    ["1ms 5us", 0.001005],
    [{ microseconds: 5 }, 5e-6],
    [temporal({ hours: 1, milliseconds: 500 }), 3600.5],
    [temporal({ weeks: 1, nanoseconds: 5 }), 604_800.000000005],
  ])("of %j is %d seconds [B158][B159][B160][B164]", (value, seconds) => {
    expect(parseDuration(value)).toBeCloseTo(seconds, 9);
  });

  it.each<[unknown]>(
    (
      [
        "",
        " ",
        "06:05",
        "1 days 6:75:00",
        "days 06:05:01",
        "-1 days 00:00:01",
        temporal({ months: 1 }),
        temporal({ years: 1 }),
        temporal({ seconds: -1 }),
        "10",
        "1.5",
        "1M",
        "1y",
        "1 year",
        "1 month",
        "-1h",
        "h",
        "1 flecond",
        "NaN",
        "Infinity s",
        "1h x",
        "P",
        "PT",
        "P1M",
        "P1Y",
        "1e3s",
        "1h-2m",
        "constructor",
        "1constructor",
        -1,
        Number.NaN,
        -Infinity,
        true,
        null,
        undefined,
        {},
        { hours: -1 },
        { hour: 1 },
        { hours: "1" },
        [],
        ["1h"],
        () => 1,
        1n,
        Symbol("s"),
        { toString: 1 },
      ] as unknown[]
    ).map((value): [unknown] => [value]),
  )("of %s is refused, quoting it and showing the valid forms [B161][B162][B163][B164][B170][B171]", (value) => {
    expect(() => parseDuration(value)).toThrow(/expected a number of seconds or a string such as "1h30m", got/);
    if (typeof value === "string") expect(() => parseDuration(value)).toThrow(JSON.stringify(value));
  });
});

describe("a size", () => {
  it.each<[unknown, number]>([
    [1024, 1024],
    ["100MB", 104_857_600],
    ["1.5 GiB", 1_610_612_736],
    ["64kb", 65_536],
    ["10 b", 10],
    [Infinity, Infinity],
    [1.9, 1],
  ])("of %j is %d bytes", (value, bytes) => {
    expect(parseBytes(value)).toBe(bytes);
  });
  it.each(["", "100", "MB", "-1MB", "1 x", 0, -1, Number.NaN, null, {}, true, "1constructor"])(
    "of %j is refused with the valid forms",
    (value) => {
      expect(() => parseBytes(value)).toThrow(/expected a number of bytes or a string such as "100MB", got/);
    },
  );
});
