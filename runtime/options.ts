import { parseBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import { InvalidOptionError, messageOf } from "./errors.ts";
import { type HashFuncs, parseRules, type Rules } from "./hash-rules.ts";

/** Options that are only known at run time, since they name variables or are functions. */
export interface DynamicOptions {
  ttl?: unknown;
  maxEntries?: unknown;
  maxBytes?: unknown;
  persist?: unknown;
  showSpinner?: unknown;
  showTime?: unknown;
  hashFuncs?: HashFuncs;
  // biome-ignore lint/suspicious/noExplicitAny: takes the value and arguments of whichever function it belongs to.
  validate?: (value: any, ...args: any[]) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: takes the resource of whichever function it belongs to.
  onRelease?: (value: any) => unknown;
  [other: string]: unknown;
}

/** What the transform tells about a cached function. Static options are checked and normalised at build time. */
export interface Definition {
  /** Package, path and qualified name. */
  id: string;
  /** Code hash of the function and all it reaches. */
  hash: string;
  name: string;
  /** Names of the key parts, for error paths. */
  parts: readonly string[];
  async?: boolean;
  this?: "identity" | "value" | "ignore";
  file?: string;
  /** Seconds. */
  ttl?: number;
  maxEntries?: number;
  maxBytes?: number;
  persist?: boolean | string;
  showSpinner?: boolean | string;
  showTime?: boolean;
  allowWidgets?: boolean;
  /** Evaluated at the first call, when every variable it names has its value. */
  options?: () => DynamicOptions;
}

/** The options of a function, checked. */
export interface Options {
  /** Milliseconds; Infinity for never. */
  ttl: number;
  maxEntries: number;
  maxBytes: number;
  persist: boolean | string;
  showSpinner: boolean | string;
  showTime: boolean;
  /** Values that widgets give join the key. */
  allowWidgets: boolean;
  /** True where the mark says something about the spinner. */
  spinnerGiven: boolean;
  rules: Rules | undefined;
  validate: ((value: unknown, ...args: unknown[]) => unknown) | undefined;
  onRelease: ((value: unknown) => unknown) | undefined;
}

/**
 * Static and dynamic options of a function together.
 * @throws InvalidOptionError naming the function, the option, the value and the valid forms.
 */
export function resolveOptions(definition: Definition): Options {
  const given = { ...definition, ...definition.options?.() } as DynamicOptions;
  const check = <T>(name: string, read: (value: unknown) => T): T | undefined => {
    try {
      return given[name] === undefined ? undefined : read(given[name]);
    } catch (cause) {
      throw new InvalidOptionError(`${definition.name}(): ${name}: ${messageOf(cause)}`, { cause });
    }
  };
  return {
    ttl: (check("ttl", parseDuration) ?? Number.POSITIVE_INFINITY) * 1000,
    maxEntries: check("maxEntries", readCount) ?? Number.POSITIVE_INFINITY,
    maxBytes: check("maxBytes", parseBytes) ?? Number.POSITIVE_INFINITY,
    persist: check("persist", readPersist) ?? false,
    showSpinner: check("showSpinner", readSpinner) ?? true,
    showTime: check("showTime", readBoolean) ?? false,
    spinnerGiven: given.showSpinner !== undefined,
    allowWidgets: check("allowWidgets", readBoolean) ?? false,
    rules: parseRules(definition.name, given.hashFuncs),
    validate: check("validate", readFunction) as Options["validate"],
    onRelease: check("onRelease", readFunction) as Options["onRelease"],
  };
}

function readCount(value: unknown): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1))
    return value as number;
  throw new RangeError(`${show(value)} is not a number of entries. Valid: an integer >= 1, or Infinity`);
}

function readPersist(value: unknown): boolean | string {
  if (typeof value === "boolean" || (typeof value === "string" && value !== "")) return value;
  throw new TypeError(
    `${show(value)} is not a store. Valid: true, false, "disk" or the name of a store given to configure({ stores })`,
  );
}

function readSpinner(value: unknown): boolean | string {
  if (typeof value === "boolean" || typeof value === "string") return value;
  throw new TypeError(`${show(value)} is not a spinner text. Valid: true, false or a text`);
}

function readBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`${show(value)} is not true or false`);
}

function readFunction(value: unknown): unknown {
  if (typeof value === "function") return value;
  throw new TypeError(`${show(value)} is not a function`);
}

const show = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? "an object" : String(value);
