import { TZDate } from "@date-fns/tz";
import BigNumber from "bignumber.js";
import { ObjectId } from "bson";
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { Decimal } from "decimal.js";
import { DateTime, Duration, Interval } from "luxon";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  bigNumber,
  dayjsCodec,
  decimal,
  duckdb,
  fields,
  luxon,
  objectId,
  tzDate,
} from "../../runtime/codec/ready-made.ts";
import { codec, configure, HashFuncError } from "../../runtime/index.ts";
import { data } from "../runtime/emitted.ts";
import { temporaryDirectory } from "../stores/bundle.ts";

dayjs.extend(utc);
dayjs.extend(timezone);

/** A value class as packages have them. */
class Timestamp {
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
  static from(seconds: number) {
    return new Timestamp(BigInt(seconds) * 1_000_000n);
  }
}

class DuckDBListValue {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}
class DuckDBDecimalValue {
  readonly value: bigint;
  readonly scale: number;
  constructor(value: bigint, scale: number) {
    this.value = value;
    this.scale = scale;
  }
  toString() {
    return `${this.value}e-${this.scale}`;
  }
}
/** The shape of @duckdb/node-api, which is too large to install for a test: classes, second names of theirs, and others. */
const duckdbApi = {
  DuckDBListValue,
  DuckDBDecimalValue,
  DuckDBNumericValue: DuckDBDecimalValue,
  DuckDBConnection: class {},
  decimalValue: (value: bigint) => new DuckDBDecimalValue(value, 2),
};

const base = temporaryDirectory("codecs");
beforeAll(() =>
  configure({
    disk: { dir: base.path },
    codecs: [
      decimal(Decimal),
      bigNumber(BigNumber),
      objectId(ObjectId),
      tzDate(TZDate),
      dayjsCodec(dayjs),
      ...luxon({ DateTime, Duration, Interval }),
      fields(Timestamp),
      ...duckdb(duckdbApi),
    ],
  }),
);
afterAll(base.remove);

/** Two values of each class that differ a little, and what they say of themselves. */
const VALUES: Record<string, [make: (n: number) => object, read: (value: any) => unknown]> = {
  Decimal: [(n) => new Decimal(`0.1234567890123456789012345${n}`), (d) => d.toFixed()],
  "Decimal, minus zero": [(n) => new Decimal(n === 1 ? "-0" : "0"), (d) => Object.is(d.toNumber(), -0)],
  "Decimal, NaN": [(n) => new Decimal(n === 1 ? Number.NaN : Infinity), (d) => [d.isNaN(), d.isFinite()]],
  BigNumber: [(n) => new BigNumber(`123456789012345678901234567890.${n}`), (b) => b.toFixed()],
  ObjectId: [(n) => new ObjectId(`507f1f77bcf86cd79943901${n}`), (id) => id.toHexString()],
  TZDate: [(n) => new TZDate(2026, 0, n, "Asia/Tokyo"), (d) => [d.toISOString(), d.timeZone, d.getHours()]],
  dayjs: [(n) => dayjs(`2026-01-0${n}T10:00:00`), (d) => [d.valueOf(), d.format(), d.add(1, "day").format()]],
  "dayjs in UTC": [(n) => dayjs.utc(`2026-01-0${n}`), (d) => [d.format(), d.isUTC()]],
  "dayjs with a zone": [(n) => dayjs.tz(`2026-01-0${n} 10:00`, "America/New_York"), (d) => [d.format(), d.valueOf()]],
  DateTime: [
    (n) => DateTime.fromISO(`2026-01-0${n}T10:00`, { zone: "Europe/Paris", locale: "fr" }),
    (d) => [d.toISO(), d.zoneName, d.toLocaleString(DateTime.DATE_FULL)],
  ],
  Duration: [(n) => Duration.fromObject({ hours: n, minutes: 30 }), (d) => d.toISO()],
  Interval: [(n) => Interval.after(DateTime.fromMillis(n, { zone: "utc" }), { days: 1 }), (i) => i.toISO()],
  "values of DuckDB": [
    (n) => new DuckDBListValue([new DuckDBDecimalValue(12_345n, n), null]),
    ({ items: [first] }) => [first instanceof DuckDBDecimalValue, `${first}`],
  ],
  "a class of public fields": [(n) => Timestamp.from(n), (t) => t.micros],
};

describe("instances of popular classes, with a codec from cachet/codecs", () => {
  it.each(Object.entries(VALUES))("are results, also of another process: %s", async (_name, [make, read]) => {
    const body = vi.fn((n: number) => ({ at: [make(n)] }));
    const options = { parts: ["n"], persist: true, hash: "c1:1", id: `test/ready-made.ts#${_name}` };
    data(body, options)(1);
    const copies = [data(body, options)(1), data(body, { ...options, name: "again" })(1)];
    expect(body).toHaveBeenCalledTimes(1);
    const value = make(1);
    for (const { at } of copies) {
      expect(Object.getPrototypeOf(at[0])).toBe(Object.getPrototypeOf(value));
      expect(read(at[0])).toEqual(read(value));
    }
    expect(copies[0]?.at[0]).not.toBe(copies[1]?.at[0]);
  });

  it.each(Object.entries(VALUES))("are arguments, told apart by content: %s", (_name, [make]) => {
    const body = vi.fn((x: unknown) => typeof x);
    const f = data(body, { parts: ["x"] });
    for (const x of [make(1), make(1), { deep: [make(1)] }, { deep: [make(1)] }]) f(x);
    expect(body).toHaveBeenCalledTimes(2);
    f(make(2));
    f({ deep: [make(2)] });
    expect(body).toHaveBeenCalledTimes(4);
  });
});

describe("a registered codec as a rule for arguments", () => {
  class Point {
    readonly #x: number;
    constructor(x: number) {
      this.#x = x;
    }
    get x() {
      return this.#x;
    }
  }

  it("gives way to hashFuncs, and may have a hash of its own", () => {
    const encode = vi.fn(({ x }: Point) => ({ x }));
    const hash = vi.fn(({ x }: Point) => x);
    configure({ codecs: [codec(Point, { encode, decode: ({ x }) => new Point(x), hash })] });
    const body = vi.fn((p: Point) => p.x);
    const f = data(body, { parts: ["p"] });
    expect([f(new Point(1)), f(new Point(1)), f(new Point(2))]).toEqual([1, 1, 2]);
    expect([body.mock.calls.length, encode.mock.calls.length]).toEqual([2, 0]);
    hash.mockClear();
    const own = data(body, { parts: ["p"], hashFuncs: [[Point, () => 0]] });
    expect([own(new Point(1)), own(new Point(2))]).toEqual([1, 1]);
    expect(hash).not.toHaveBeenCalled();
  });

  it("names function, class and path where it throws", () => {
    const fail = () => {
      throw new Error("no");
    };
    configure({ codecs: [codec(Point, { encode: fail, decode: fail })] });
    const f = data((p: unknown) => p, { name: "load", parts: ["p"] });
    expect(() => f({ a: [new Point(1)] })).toThrow(HashFuncError);
    expect(() => f({ a: [new Point(1)] })).toThrow(/load\(\).*Point.*p\.a\[0\].*no/);
  });

  it("serves two classes of one name, as two bundles in one process bring them", () => {
    const bundle = () => {
      class Price {
        readonly cents: number;
        constructor(cents: number) {
          this.cents = cents;
        }
      }
      configure({ codecs: [codec(Price, { encode: ({ cents }) => cents, decode: (cents) => new Price(cents) })] });
      return { Price, load: data((cents: number) => new Price(cents), { parts: ["cents"] }) };
    };
    const bundles = [bundle(), bundle()];
    for (const { Price, load } of bundles) {
      load(5);
      expect(load(5)).toBeInstanceOf(Price);
    }
  });
});
