import { codec } from "../config.ts";
import type { AnyCodec, Codec } from "./codec-types.ts";

/*
 * Codecs for classes that many programs use. Each takes the class, so that nothing is imported here and the class is the
 * program's own: `configure({ codecs: [decimal(Decimal), ...luxon({ DateTime, Duration, Interval })] })`.
 */

// biome-ignore lint/suspicious/noExplicitAny: constructors of every signature.
type Class<T> = new (...args: any[]) => T;

/** An instance that its own text says all about; `toString` would lose the sign of zero. */
interface AsText {
  valueOf(): string | object;
}

/** `Decimal` of decimal.js and decimal.js-light, `Big` of big.js. Keeps `-0`, `NaN` and every digit. */
export const decimal = <T extends AsText>(type: Class<T>): Codec<T, string> =>
  codec(type, {
    encode: (value) => String(value.valueOf()),
    decode: (text) => new type(text),
    name: "decimal",
  });

/** `BigNumber` of bignumber.js. */
export const bigNumber = <T extends AsText>(type: Class<T>): Codec<T, string> =>
  codec(type, { encode: (value) => String(value.valueOf()), decode: (text) => new type(text), name: "bignumber" });

/** `ObjectId` of mongodb and bson. */
export const objectId = <T extends { toHexString(): string }>(type: Class<T>): Codec<T, string> =>
  codec(type, { encode: (value) => value.toHexString(), decode: (text) => new type(text), name: "ObjectId" });

/** `TZDate` of @date-fns/tz. */
export const tzDate = <T extends Date & { timeZone?: string | undefined }>(
  type: Class<T>,
): Codec<T, { time: number; timeZone: string | undefined }> =>
  codec(type, {
    encode: (value) => ({ time: value.getTime(), timeZone: value.timeZone }),
    decode: ({ time, timeZone }) => new type(time, timeZone),
    name: "TZDate",
  });

/** Instances of dayjs, with its plugins `utc` and `timezone` where the program uses them: `dayjsCodec(dayjs)`. */
export function dayjsCodec<T extends object>(dayjs: (...args: never[]) => T): Codec<T, Record<string, unknown>> {
  const type = dayjs().constructor as unknown as Class<T>;
  return codec(type, {
    // Its fields are public by convention (`$y`, `$L`, …) and hold nothing but data.
    encode: (value) => ({ ...(value as Record<string, unknown>) }),
    decode: (fields) => Object.assign(Object.create(type.prototype) as T, fields),
    name: "dayjs",
  });
}

/** What is used of luxon's classes. */
export interface LuxonClasses {
  DateTime: { fromMillis(time: number, options: object): LuxonDateTime };
  Duration?: { fromObject(values: object, options: object): LuxonDuration };
  // biome-ignore lint/suspicious/noExplicitAny: takes DateTimes, whichever release of luxon made them.
  Interval?: { fromDateTimes(start: any, end: any): LuxonInterval };
}
interface LuxonDateTime {
  toMillis(): number;
  readonly zoneName: string | null;
  readonly locale: string | null;
  readonly numberingSystem?: string | null;
  readonly outputCalendar?: string | null;
  readonly isValid: boolean;
  readonly invalidReason: string | null;
  readonly invalidExplanation?: string | null;
}
interface LuxonDuration {
  toObject(): object;
  readonly locale: string | null;
  readonly numberingSystem?: string | null;
}
interface LuxonInterval {
  readonly start: unknown;
  readonly end: unknown;
}

/** `DateTime`, `Duration` and `Interval` of luxon. Invalid ones cannot be stored. */
export function luxon({ DateTime, Duration, Interval }: LuxonClasses): AnyCodec[] {
  const codecs: AnyCodec[] = [
    codec(DateTime as unknown as Class<LuxonDateTime>, {
      name: "luxon.DateTime",
      encode: (value) => {
        const { zoneName: zone, locale, numberingSystem, outputCalendar } = valid(value);
        return [value.toMillis(), { zone, locale, numberingSystem, outputCalendar }] as const;
      },
      decode: ([time, options]) => DateTime.fromMillis(time, options),
    }),
  ];
  if (Duration !== undefined)
    codecs.push(
      codec(Duration as unknown as Class<LuxonDuration>, {
        name: "luxon.Duration",
        encode: (value) =>
          [value.toObject(), { locale: value.locale, numberingSystem: value.numberingSystem }] as const,
        decode: ([values, options]) => Duration.fromObject(values, options),
      }),
    );
  if (Interval !== undefined)
    codecs.push(
      codec(Interval as unknown as Class<LuxonInterval>, {
        name: "luxon.Interval",
        encode: ({ start, end }) => [start, end] as const,
        decode: ([start, end]) => Interval.fromDateTimes(start, end),
      }),
    );
  return codecs;
}

function valid(value: LuxonDateTime): LuxonDateTime {
  if (!value.isValid) throw new TypeError(`an invalid DateTime cannot be stored: ${value.invalidReason}`);
  return value;
}

/**
 * The value classes of @duckdb/node-api: what it exports as `DuckDB…Value`, whichever those are in its release:
 * `import * as api from "@duckdb/node-api"`, then `duckdb(api)`.
 */
export function duckdb(module: object): AnyCodec[] {
  const classes = Object.entries(module).filter(
    ([name, value]) => /^DuckDB\w+Value$/.test(name) && typeof value === "function",
  );
  // One class may be exported by two names.
  return [...new Set(classes.map(([, type]) => type as Class<object>))].map((type) => fields(type));
}

/**
 * Any class whose instances are their enumerable properties and nothing else: they are stored by those, and made again without a call of the constructor. Not for classes with `#private` fields.
 */
export const fields = <T extends object>(
  type: abstract new (...args: never[]) => T,
  name: string = type.name,
): Codec<T, Record<string, unknown>> =>
  codec(type, {
    encode: (value) => ({ ...(value as Record<string, unknown>) }),
    decode: (data) =>
      Object.defineProperties(Object.create(type.prototype), Object.getOwnPropertyDescriptors(data)) as T,
    name,
  });
