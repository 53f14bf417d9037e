import { NEVER } from "../call/never.ts";
import { CachetError } from "../errors.ts";
import type { HashRules } from "../key/entry-key.ts";
import type { HashFuncs } from "../key/hash-rules.ts";

/** Checks an option that only run time knows, and gives it the form in which `Options` holds it. */
export type OptionCheck = (functionName: string, option: string, value: unknown) => unknown;

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
  /** Not an async function, but declared to return a promise. */
  promised?: boolean;
  this?: "identity" | "value" | "ignore";
  file?: string;
  /** Seconds. */
  ttl?: number;
  maxEntries?: number;
  maxBytes?: number;
  persist?: boolean | string;
  showSpinner?: boolean | string;
  showTime?: boolean;
  copy?: "freeze";
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
  persist: boolean | string | undefined;
  /** `undefined` where the mark says nothing about the spinner. */
  showSpinner: boolean | string | undefined;
  showTime: boolean | undefined;
  /** Values that widgets give join the key. */
  allowWidgets: boolean | undefined;
  /** How values are hashed. */
  hashFuncs: HashRules | undefined;
  validate: ((value: unknown, ...args: unknown[]) => unknown) | undefined;
  onRelease: ((value: unknown) => unknown) | undefined;
}

/** The options that only run time knows; a name in them may have no value (yet). */
function read(name: string, options: Definition["options"]): DynamicOptions {
  try {
    return options?.() ?? {};
  } catch (cause) {
    // Not an InvalidOptionError, whose class a page without such options need not load.
    throw new CachetError("CACHET_INVALID_OPTION", `${name}(): its options can't be read: ${cause}`, { cause });
  }
}

/**
 * Static and dynamic options of a function together. The build has checked the static ones.
 * @throws InvalidOptionError naming the function, the option, the value and the valid forms.
 */
export function resolveOptions(definition: Definition, checks: Readonly<Record<string, OptionCheck>>): Options {
  const { name, options } = definition;
  const given: Record<string, unknown> = { ...definition };
  for (const [option, value] of Object.entries(read(name, options)))
    given[option] = value === undefined ? undefined : (checks[option] as OptionCheck)(name, option, value);
  const { ttl, maxEntries, maxBytes, ...rest } = given as unknown as Definition & Options;
  return {
    ...rest,
    ttl: (ttl ?? NEVER) * 1000,
    maxEntries: maxEntries ?? NEVER,
    maxBytes: maxBytes ?? NEVER,
  };
}
