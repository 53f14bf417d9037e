/** Units of a duration object; each a finite number >= 0. */
export interface DurationObject {
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

/** A number of seconds, a text such as `"1h23s"` or `"P1DT2H"`, or an object such as `{ hours: 1 }`. */
export type Duration = number | string | DurationObject;

/** The valid forms, as shown in every message about a bad duration. */
export const DURATION_FORMS = '3600 (seconds), "1h23s", "1.5 days", "100ms", "P1DT2H", { hours: 1 } or Infinity';

const SECONDS: Record<string, number> = {
  weeks: 604800,
  days: 86400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
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
};

const TERM = /\s*,?\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]+)/y;
const ISO =
  /^P(?:(\d+(?:[.,]\d+)?)W|(?:(\d+(?:[.,]\d+)?)D)?(?:T(?=\d)(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)$/;

/**
 * Seconds of a duration. Pure; the transform uses it at build time and the runtime for options only known later.
 * @throws RangeError that quotes the value and lists the valid forms.
 */
export function parseDuration(value: unknown): number {
  const seconds =
    typeof value === "number"
      ? value
      : typeof value === "string"
        ? fromText(value)
        : typeof value === "object" && value !== null
          ? fromObject(value)
          : Number.NaN;
  if (!(seconds >= 0)) throw badDuration(value);
  return seconds;
}

function fromText(text: string): number {
  const trimmed = text.trim();
  return trimmed.startsWith("P") ? fromIso(trimmed) : fromTerms(trimmed, text);
}

function fromTerms(text: string, original: string): number {
  if (/^[\d.]+$/.test(text)) throw badDuration(original, `add a unit, for example "${text}s"`);
  let seconds = 0;
  TERM.lastIndex = 0;
  let end = 0;
  for (let match = TERM.exec(text); match !== null; match = TERM.exec(text)) {
    end = TERM.lastIndex;
    seconds += Number(match[1]) * secondsOf(match[2] as string, original);
  }
  return end === text.length && end > 0 ? seconds : Number.NaN;
}

/** One letter is read as written, because "M" and "Y" are months and years to some and neither has a fixed length. */
function secondsOf(unit: string, original: string): number {
  if (unit === "M") throw badDuration(original, 'is "M" minutes or months? Write "m" or "min" for minutes');
  const name = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
  if (name === undefined) throw badDuration(original, `unknown unit "${unit}"`);
  return SECONDS[name] as number;
}

/** ISO 8601 without years and months, whose length varies. */
function fromIso(text: string): number {
  const match = ISO.exec(text);
  if (match === null || text === "P" || text.endsWith("T")) return Number.NaN;
  const number = (index: number) => Number((match[index] ?? "0").replace(",", "."));
  return number(1) * 604800 + number(2) * 86400 + number(3) * 3600 + number(4) * 60 + number(5);
}

function fromObject(value: object): number {
  const entries = Object.entries(value);
  if (entries.length === 0) return Number.NaN;
  let seconds = 0;
  for (const [unit, amount] of entries) {
    if (!Object.hasOwn(SECONDS, unit)) throw badDuration(value, `unknown unit "${unit}"`);
    if (typeof amount !== "number" || !(amount >= 0)) return Number.NaN;
    seconds += amount * (SECONDS[unit] as number);
  }
  return seconds;
}

function badDuration(value: unknown, note?: string): RangeError {
  return new RangeError(`${show(value)} is not a duration${note ? ` (${note})` : ""}. Valid: ${DURATION_FORMS}`);
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) {
    try {
      return JSON.stringify(value);
    } catch {
      return "this object";
    }
  }
  return typeof value === "function" ? "a function" : String(value);
}
