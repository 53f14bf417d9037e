import { environment } from "#platform";
import { limits, shrink } from "./call/limits.ts";
import { InvalidOptionError, messageOf } from "./errors.ts";
import { BYTES_FORMS, parseBytes } from "./options/bytes.ts";
import { clearStores } from "./persist/all-stores.ts";
import { state } from "./registry.ts";
import { type Spinner, watch } from "./spinner/spinner.ts";
import { show } from "./spinner/spinner-line.ts";
import type { Store } from "./stores/store.ts";

/** Where time comes from. */
export interface Clock {
  /** Milliseconds that never jump; entries in memory expire by it. */
  now(): number;
  /** Milliseconds since 1970; entries in durable stores expire by it. */
  wall(): number;
}

/** How a class travels in and out of the cache; made by `codec`. */
export interface Codec<T = unknown, Data = unknown> {
  readonly class: abstract new (...args: never[]) => T;
  /** Names the class in stored bytes; must not change while entries live. */
  readonly name: string;
  encode(value: T): Data;
  decode(data: Data): T;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of codecs of unrelated classes has no narrower common type.
export type AnyCodec = Codec<any, any>;

/** What `configure` accepts; everything is optional and may be given again at any time. */
export interface Configuration {
  /** Stores by the name that `persist: "name"` uses. Added to those already registered. */
  stores?: Record<string, Store>;
  /** The environment's own durable store, behind `persist: true`; `false` for none. */
  disk?: Store | { dir?: string } | false;
  /** Most bytes all entries in memory may take together: a number or `"100MB"`. */
  maxBytes?: number | string;
  /** How classes are stored. Added to those already registered. */
  codecs?: readonly AnyCodec[];
  /** Shows that a function is running; `false` for nothing at all. */
  spinner?: Spinner | false;
  clock?: Partial<Clock>;
  /** Called instead of `console.warn`. */
  onWarning?: (message: string) => void;
  /** `false` makes every call run, as `CACHET_DISABLE=1` does. */
  enabled?: boolean;
}

/** The configuration in force. */
export interface Settings {
  stores: Record<string, Store>;
  disk?: Store | { dir?: string } | false;
  maxBytes: number;
  codecs: readonly AnyCodec[];
  spinner?: Spinner | false;
  clock: Clock;
  onWarning: (message: string) => void;
  enabled: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isCodec = (value: unknown): boolean =>
  isObject(value) && [value["class"], value["encode"], value["decode"]].every((part) => typeof part === "function");

const isPlace = ({ dir, ...others }: Record<string, unknown>): boolean =>
  (dir === undefined || typeof dir === "string") && Object.keys(others).length === 0;

/** What each setting takes, in words and as a test; `maxBytes` and single stores are looked at on their own. */
const FORMS: Record<keyof Configuration, [words: string, test: (value: unknown) => boolean]> = {
  stores: ["an object of stores by name", isObject],
  disk: [
    'a store, { dir: "…" } or false',
    (value) => value === false || (isObject(value) && ("lookup" in value || isPlace(value))),
  ],
  maxBytes: [BYTES_FORMS, () => true],
  codecs: ["a list of what codec() makes", (value) => Array.isArray(value) && value.every(isCodec)],
  spinner: [
    "an object with a method show, or false",
    (value) => value === false || (isObject(value) && typeof value["show"] === "function"),
  ],
  clock: [
    "an object with now() and wall(), or one of them",
    (value) => isObject(value) && ["now", "wall"].some((name) => typeof value[name] === "function"),
  ],
  onWarning: ["a function", (value) => typeof value === "function"],
  enabled: ["true or false", (value) => typeof value === "boolean"],
};

/**
 * Changes how this process caches, before or after the first call. What is not given stays.
 * @throws InvalidOptionError for an unknown name or a value outside its valid forms; nothing is changed then.
 */
export function configure(changes: Configuration): void {
  for (const [name, value] of Object.entries(changes)) {
    const form = Object.hasOwn(FORMS, name) ? FORMS[name as keyof Configuration] : undefined;
    if (form === undefined)
      throw new InvalidOptionError(`configure(): unknown option "${name}". Valid: ${Object.keys(FORMS).join(", ")}`);
    if (value !== undefined && !form[1](value))
      throw new InvalidOptionError(`configure(): ${name} can't be ${typeof value}. Valid: ${form[0]}`);
  }
  const before = state.settings;
  state.settings = { ...before, ...checked(changes) };
  if (changes.maxBytes !== undefined) state.limits = limits;
  if (changes.stores !== undefined || changes.disk !== undefined) state.clearStores = clearStores;
  if (changes.spinner) Object.assign(state, { watch, show });
  state.refresh();
  if (state.bytes > state.settings.maxBytes) shrink();
  state.prefetched?.fit();
  for (const [name, store] of Object.entries(before.stores)) if (state.settings.stores[name] !== store) close(store);
  if (typeof before.disk === "object" && "lookup" in before.disk && state.settings.disk !== before.disk)
    close(before.disk);
}

/** A store that was replaced is closed; what goes wrong then concerns nobody any more. */
function close(store: Store): void {
  try {
    Promise.resolve(store.close?.()).catch(() => {});
  } catch {
    // As above, for a store that throws at once.
  }
}

function checked(changes: Configuration): Partial<Settings> {
  const { stores, codecs, clock, maxBytes, enabled, ...rest } = changes;
  const result: Partial<Settings> = {};
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) Object.assign(result, { [name]: value });
  if (stores !== undefined) result.stores = { ...state.settings.stores, ...checkedStores(stores) };
  if (codecs !== undefined)
    result.codecs = [...codecs, ...state.settings.codecs.filter((old) => !replaces(codecs, old))];
  if (clock !== undefined) result.clock = { ...state.settings.clock, ...bound(clock) };
  if (maxBytes !== undefined) result.maxBytes = checkedBytes(maxBytes);
  if (enabled !== undefined) result.enabled = enabled && environment("CACHET_DISABLE") !== "1";
  return result;
}

const replaces = (codecs: readonly AnyCodec[], old: AnyCodec) =>
  codecs.some((codec) => codec.class === old.class || codec.name === old.name);

/** A clock may be an object with methods on its prototype, which a spread would lose. */
function bound(clock: Partial<Clock>): Partial<Clock> {
  const result: Partial<Clock> = {};
  if (clock.now) result.now = () => (clock as Clock).now();
  if (clock.wall) result.wall = () => (clock as Clock).wall();
  return result;
}

function checkedStores(stores: Record<string, Store>): Record<string, Store> {
  for (const [name, store] of Object.entries(stores)) {
    for (const method of ["lookup", "write", "delete", "clear"] as const) {
      if (typeof store?.[method] !== "function") {
        throw new InvalidOptionError(`configure(): stores.${name} has no method "${method}", so it is not a store`);
      }
    }
  }
  return stores;
}

function checkedBytes(value: number | string): number {
  try {
    return parseBytes(value);
  } catch (error) {
    throw new InvalidOptionError(`configure(): maxBytes: ${messageOf(error)}`, { cause: BYTES_FORMS });
  }
}

/**
 * Says how instances of a class are stored: `encode` gives plain data, `decode` makes an instance of it.
 * `name` stands for the class in stored bytes; by default it is the name of the class.
 * @throws InvalidOptionError where the class or one of the two functions is missing.
 */
export function codec<T, Data>(
  type: abstract new (...args: never[]) => T,
  functions: { encode: (value: T) => Data; decode: (data: Data) => T; name?: string },
): Codec<T, Data> {
  const name = functions.name ?? type?.name;
  if (
    typeof type !== "function" ||
    typeof functions.encode !== "function" ||
    typeof functions.decode !== "function" ||
    !name
  ) {
    throw new InvalidOptionError(
      "codec(): expected codec(Class, { encode, decode, name? }) with a class that has a name",
    );
  }
  return { class: type, name, encode: functions.encode, decode: functions.decode };
}
