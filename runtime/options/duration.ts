import { optionParser, type Refuse } from "./option-parser.ts";

/** Units of a duration object; each a finite number >= 0. */
export interface DurationObject {
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
  microseconds?: number;
  nanoseconds?: number;
}

/** What a `Temporal.Duration` is to us; years and months have no fixed length. */
interface TemporalDuration extends Required<DurationObject> {
  years: number;
  months: number;
}

/** A number of seconds, a text such as `"1h23s"`, `"1 days 06:05:01"` or `"P1DT2H"`, an object such as `{ hours: 1 }`, or a `Temporal.Duration`. */
export type Duration = number | string | DurationObject | TemporalDuration;

const SECONDS: Record<string, number> = {
  weeks: 604800,
  days: 86400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
  microseconds: 1e-6,
  nanoseconds: 1e-9,
};

const UNITS: Record<string, string> = {
  w: "weeks",
  week: "weeks",
  weeks: "weeks",
  d: "days",
  day: "days",
  days: "days",
  h: "hours",
  hr: "hours",
  hrs: "hours",
  hour: "hours",
  hours: "hours",
  m: "minutes",
  min: "minutes",
  mins: "minutes",
  minute: "minutes",
  minutes: "minutes",
  s: "seconds",
  sec: "seconds",
  secs: "seconds",
  second: "seconds",
  seconds: "seconds",
  ms: "milliseconds",
  msec: "milliseconds",
  millis: "milliseconds",
  millisecond: "milliseconds",
  milliseconds: "milliseconds",
  us: "microseconds",
  µs: "microseconds",
  μs: "microseconds",
  micros: "microseconds",
  microsecond: "microseconds",
  microseconds: "microseconds",
  ns: "nanoseconds",
  nanos: "nanoseconds",
  nanosecond: "nanoseconds",
  nanoseconds: "nanoseconds",
};

const TERM = /\s*,?\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-zµμ]+)/y;
/** Hours, minutes and seconds as on a clock, at the end: `06:05:01.5`. */
const CLOCK = /(?:^|,?\s+)(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;
const ISO =
  /^P(?:(\d+(?:[.,]\d+)?)W|(?:(\d+(?:[.,]\d+)?)D)?(?:T(?=\d)(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)$/;

/** Seconds of a duration. */
export const parseDuration = /* @__PURE__ */ optionParser(
  'a number of seconds or a string such as "1h30m"',
  (value, refuse) => {
    const seconds =
      typeof value === "number"
        ? value
        : typeof value === "string"
          ? fromText(value, refuse)
          : typeof value === "object" && value !== null
            ? fromObject(value, refuse)
            : Number.NaN;
    return seconds >= 0 ? seconds : undefined;
  },
);

function fromText(text: string, refuse: Refuse): number {
  const trimmed = text.trim();
  return trimmed.startsWith("P") ? fromIso(trimmed) : fromTerms(trimmed, refuse);
}

function fromTerms(text: string, refuse: Refuse): number {
  if (/^[\d.]+$/.test(text)) refuse(`add a unit, for example "${text}s"`);
  const clock = CLOCK.exec(text);
  const [, hours, minutes, rest] = clock ?? [];
  let seconds = clock === null ? 0 : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  const terms = clock === null ? text : text.slice(0, clock.index);
  if (clock !== null && terms === "") return seconds;
  TERM.lastIndex = 0;
  let end = 0;
  for (let match = TERM.exec(terms); match !== null; match = TERM.exec(terms)) {
    end = TERM.lastIndex;
    seconds += Number(match[1]) * secondsOf(match[2] as string, refuse);
  }
  return end === terms.length && end > 0 ? seconds : Number.NaN;
}

/** One letter is read as written, because "M" and "Y" are months and years to some and neither has a fixed length. */
function secondsOf(unit: string, refuse: Refuse): number {
  if (unit === "M") refuse('is "M" minutes or months? Write "m" or "min" for minutes');
  const name = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
  return name === undefined ? refuse(`unknown unit "${unit}"`) : (SECONDS[name] as number);
}

/** ISO 8601 without years and months, whose length varies. */
function fromIso(text: string): number {
  const match = ISO.exec(text);
  if (match === null || text === "P" || text.endsWith("T")) return Number.NaN;
  const number = (index: number) => Number((match[index] ?? "0").replace(",", "."));
  return number(1) * 604800 + number(2) * 86400 + number(3) * 3600 + number(4) * 60 + number(5);
}

function fromObject(value: object, refuse: Refuse): number {
  const entries = isTemporal(value) ? fieldsOf(value, refuse) : Object.entries(value);
  if (entries.length === 0) return Number.NaN;
  let seconds = 0;
  for (const [unit, amount] of entries) {
    if (!Object.hasOwn(SECONDS, unit)) refuse(`unknown unit "${unit}"`);
    if (typeof amount !== "number" || !(amount >= 0)) return Number.NaN;
    seconds += amount * (SECONDS[unit] as number);
  }
  return seconds;
}

/** Also one of a polyfill, which is no global. */
const isTemporal = (value: object): value is TemporalDuration =>
  Object.prototype.toString.call(value) === "[object Temporal.Duration]";

/** The fields are accessors of its class, so they are no entries. */
function fieldsOf(value: TemporalDuration, refuse: Refuse): [string, number][] {
  if (value.years !== 0 || value.months !== 0) refuse("years and months have no fixed length");
  return Object.keys(SECONDS).map((unit) => [unit, value[unit as keyof DurationObject]]);
}
