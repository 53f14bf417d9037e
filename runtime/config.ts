import { openRecordings, spinner } from "#environment";
import { environment } from "#platform";
import { limits, shrink } from "./call/limits.ts";
import { InvalidOptionError } from "./errors.ts";
import { applyMode, MODES } from "./mode.ts";
import { parseBytes } from "./options/bytes.ts";
import { clearStores } from "./persist/all-stores.ts";
import { install, state } from "./registry.ts";
import type { AnyCodec, Clock, Codec, Configuration, Mode, Settings } from "./settings.ts";
import { showSpinner } from "./spinner/spinner-line.ts";
import type { Store } from "./stores/store.ts";
import { ownValues } from "./values/own-values.ts";

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
  maxBytes: [parseBytes.accepts, () => true],
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
  waitUntil: ["a function", (value) => typeof value === "function"],
  enabled: ["true or false", (value) => typeof value === "boolean"],
  mode: [MODES.map((mode) => `"${mode}"`).join(", "), (value) => MODES.includes(value as Mode)],
  dir: ["a path", (value) => typeof value === "string" && value !== ""],
};

/**
 * Changes how this process caches, before or after the first call. What is not given stays.
 * @throws InvalidOptionError for an unknown name or a value outside its valid forms; nothing is changed then.
 */
export function configure(configuration: Configuration): void {
  const changes = ownValues(configuration);
  for (const [name, value] of Object.entries(changes)) {
    const form = Object.hasOwn(FORMS, name) ? FORMS[name as keyof Configuration] : undefined;
    if (form === undefined)
      throw new InvalidOptionError(`configure(): unknown option "${name}". Valid: ${Object.keys(FORMS).join(", ")}`);
    if (value !== undefined && !form[1](value))
      throw new InvalidOptionError(`configure(): ${name} can't be ${typeof value}. Valid: ${form[0]}`);
  }
  const before = state.settings;
  state.settings = ownValues(before, checked(changes));
  if (changes.maxBytes !== undefined) install({ limits });
  if (changes.stores !== undefined || changes.disk !== undefined) install({ clearStores });
  if (changes.mode !== undefined || changes.dir !== undefined) applyMode(openRecordings);
  if (changes.spinner) install({ spinner, showSpinner });
  state.refresh();
  if (state.bytes > state.settings.maxBytes) shrink();
  state.features.prefetchedCopies?.fit();
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
  if (codecs !== undefined) result.codecs = merged(codecs, state.settings.codecs);
  if (clock !== undefined) result.clock = { ...state.settings.clock, ...bound(clock) };
  if (maxBytes !== undefined) result.maxBytes = parseBytes(maxBytes, "configure", "maxBytes");
  if (enabled !== undefined) result.isWanted = enabled;
  const { isWanted, mode } = ownValues(state.settings, result);
  result.enabled = isWanted !== false && mode !== "off" && environment("CACHET_DISABLE") !== "1";
  return result;
}

/** More classes of one name than two bundles of a program bring are those of modules that were evaluated again. */
const MAX_NAMESAKES = 4;

/**
 * New codecs come first: what is read from a store becomes an instance of the class registered last. Others of the same name stay,
 * for instances of theirs: two bundles in one process each have their own copy of a class.
 */
function merged(added: readonly AnyCodec[], old: readonly AnyCodec[]): AnyCodec[] {
  const kept: AnyCodec[] = [...added];
  for (const codec of old) {
    const isReplaced = kept.some((each) => each.class === codec.class);
    if (!isReplaced && kept.filter((each) => each.name === codec.name).length < MAX_NAMESAKES) kept.push(codec);
  }
  return kept;
}

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

/**
 * Says how instances of a class are stored and how they are part of a cache key: `encode` gives plain data, `decode` makes an
 * instance of it. `name` stands for the class in stored bytes; by default it is the name of the class. `hash` gives what
 * stands for an instance in a key, if that is found sooner than what `encode` gives. `hashFuncs` of a function win over it.
 * @throws InvalidOptionError where the class or one of the two functions is missing.
 */
export function codec<T, Data>(
  type: abstract new (...args: never[]) => T,
  functions: { encode: (value: T) => Data; decode: (data: Data) => T; hash?: (value: T) => unknown; name?: string },
): Codec<T, Data> {
  const name = functions.name ?? type?.name;
  if (
    typeof type !== "function" ||
    typeof functions.encode !== "function" ||
    typeof functions.decode !== "function" ||
    !["function", "undefined"].includes(typeof functions.hash) ||
    !name
  ) {
    throw new InvalidOptionError(
      "codec(): expected codec(Class, { encode, decode, hash?, name? }) with a class that has a name",
    );
  }
  const { encode, decode, hash } = functions;
  return { class: type, name, encode, decode, ...(hash ? { hash } : {}) };
}
