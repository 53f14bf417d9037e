import { NEVER } from "../call/never.ts";
import { CachetError } from "../errors.ts";
import { ownValues } from "../values/own-values.ts";
import type { ValueClasses } from "../values/value-classes.ts";
import type { OptionParser } from "./option-parser.ts";
import type {
  LateOptionName,
  OptionLiteral,
  OptionValue,
  ResettingOptionName,
  StaticOptionName,
} from "./option-table.ts";
import type { TtlFunction } from "./ttl.ts";

/** Options that the build has parsed. Durations are seconds. */
type StaticOptions = { readonly [N in StaticOptionName]?: OptionLiteral<N> };

/** Options that only run time knows, not parsed yet. */
export type LateOptions = { readonly [N in LateOptionName]?: unknown };

/** What the transform tells about a cached function. */
export interface Definition extends StaticOptions {
  /** Package, path and qualified name. */
  readonly id: string;
  /** Code hash of the function and all it reaches. */
  readonly hash: string;
  readonly name: string;
  /** Names of the key parts, for error paths. */
  readonly parts: readonly string[];
  readonly async?: boolean;
  /** Not an async function, but declared to return a promise. */
  readonly promised?: boolean;
  /** No other cached function, element or widget can be called within its runs: they need no context. */
  readonly alone?: boolean;
  /** Digests of the declarations that its hash covers, by name and place; said where calls may be recorded. */
  readonly code?: Readonly<Record<string, string>>;
  /** In a single-file component, whose code runs again for each instance: that is no module evaluated again. */
  readonly perInstance?: boolean;
  readonly file?: string;
  /** The classes of the program whose instances it may meet. */
  readonly classes?: ValueClasses;
  /** Evaluated at the first call, when every variable it names has its value. */
  readonly options?: () => LateOptions;
}

/** Options that the runtime holds as they are parsed. */
type PlainOptions = { readonly [N in Exclude<StaticOptionName | LateOptionName, Limit>]: OptionValue<N> | undefined };
type Limit = "ttl" | "maxEntries" | "maxBytes";

/** The options of a function, parsed. */
export interface Options extends PlainOptions {
  /** Milliseconds; Infinity for never. */
  readonly ttl: number;
  /** Tells the milliseconds that an entry lives, in the place of `ttl`. */
  readonly ttlOf: TtlFunction | undefined;
  /** Infinity for any number. */
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** The table's rows with `resetsEntries`, all of them: the compiler counts. The table itself is not part of programs. */
const RESETTING: Record<ResettingOptionName, true> = {
  ttl: true,
  maxEntries: true,
  maxBytes: true,
  persist: true,
  tags: true,
  nested: true,
  replay: true,
};

/** True where entries made under the options of one definition may not be kept under those of the other. */
export const resetsEntries = (one: Definition, other: Definition): boolean =>
  (Object.keys(RESETTING) as ResettingOptionName[]).some((name) => !isSame(one[name], other[name]));

/** Each evaluation of a module makes its lists anew. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

/** The options that only run time knows; a name in them may have no value (yet). */
function read(name: string, options: Definition["options"]): LateOptions {
  try {
    return options?.() ?? {};
  } catch (cause) {
    // Not an InvalidOptionError, whose class a program without such options need not load.
    throw new CachetError("CACHET_INVALID_OPTION", `${name}(): its options can't be read: ${cause}`, { cause });
  }
}

/**
 * Static and late options of a function together.
 * @throws InvalidOptionError naming the function, the option, the value and what was expected.
 */
export function resolveOptions(
  definition: Definition,
  parsers: Readonly<Record<string, OptionParser<unknown>>>,
): Options {
  const { name, options } = definition;
  const late = read(name, options);
  const given: Partial<Record<string, unknown>> = ownValues({ ...definition, ...late });
  for (const [option, value] of Object.entries(late))
    if (value !== undefined) given[option] = (parsers[option] as OptionParser<unknown>)(value, name, option, given);
  for (const option of ["stale", "timeout", "errors"])
    if (given[option] !== undefined) given[option] = ownValues(given[option] as object);
  const { ttl, maxEntries = NEVER, maxBytes = NEVER } = given;
  const ttlOf = typeof ttl === "function" ? ttl : undefined;
  const times = { ttl: typeof ttl === "number" ? ttl * 1000 : NEVER, ttlOf };
  return Object.assign(given, times, { maxEntries, maxBytes }) as unknown as Options;
}
