import { environment } from "#platform";
import { monotonic } from "./call/monotonic.ts";
import { NEVER } from "./call/never.ts";
import type { CachedFunction, CallKey, Intercept, Run } from "./call/types.ts";
import { CachetError } from "./errors.ts";
import type { CacheEvent } from "./event-types.ts";
import type { Features } from "./features.ts";
import { NOTHING } from "./key/entry-key.ts";
import type { Context } from "./platform/context.ts";
import type { AnyCodec, Settings } from "./settings.ts";
import { ownValues } from "./values/own-values.ts";

/** An inspector hears of the function and the call too, which people are not handed. */
export type Observer = (event: CacheEvent, owner: CachedFunction, call: CallKey | undefined) => void;

/** Everything the runtime remembers between calls. One per process, however many copies of this package are loaded. */
export interface State {
  /** The current definition of each function id. */
  functions: Map<string, CachedFunction>;
  /** Definitions replaced by a newer code version, for as long as they are referred to. */
  retired: Set<WeakRef<CachedFunction>>;
  /** Which definition a function at run time belongs to. */
  links: WeakMap<object, CachedFunction>;
  settings: Settings;
  listeners: Set<Observer>;
  /** Failures already warned about, as `store:operation`. */
  warned: Set<string>;
  /** The parts of the runtime that this program needs. */
  features: Partial<Features> & Pick<Features, "parsers">;
  /** Set while `fresh` or `observed` makes calls. */
  intercept: Intercept | undefined;
  /** What `get` answers when there is nothing to serve. */
  miss: symbol;
  /** What `get` answers while it only notes the arguments of a call. */
  partsTaken: symbol;
  /** Counts uses that limits ask for and clears of tags, so that what belongs to different functions can be compared by age. */
  tick: number;
  /** Bytes held by all entries in memory. */
  bytes: number;
  /** By which code knows the run that it belongs to. */
  context?: Context<Run>;
  /** The class of what codecs have encoded. */
  encoded?: new (
    codec: AnyCodec,
    data: unknown,
  ) => { readonly codec: AnyCodec; readonly data: unknown };
  /** Tells every function that settings or listeners changed. */
  refresh(): void;
}

function createState(): State {
  const functions = new Map<string, CachedFunction>();
  const retired = new Set<WeakRef<CachedFunction>>();
  return {
    functions,
    retired,
    links: new WeakMap(),
    settings: ownValues({
      stores: {},
      codecs: [],
      maxBytes: NEVER,
      enabled: environment("CACHET_DISABLE") !== "1",
      clock: { now: monotonic, wall: () => Date.now() },
      onWarning: (message) => console.warn(message),
    }),
    listeners: new Set(),
    warned: new Set(),
    features: ownValues({ parsers: {} }),
    intercept: undefined,
    miss: NOTHING,
    partsTaken: Symbol(),
    tick: 0,
    bytes: 0,
    refresh() {
      for (const known of functions.values()) known.refresh();
      for (const ref of retired) ref.deref()?.refresh();
    },
  };
}

/**
 * The state of this process. The number, here and in `shared`, is raised when the shape of what is kept changes, so that two
 * versions of the package never misread each other.
 */
export const state: State = ((globalThis as Record<symbol, unknown>)[Symbol.for("cachet.3")] ??=
  createState()) as State;

/**
 * What a part of the runtime remembers by itself, made by the first copy of this package that asks. What belongs to a run or an
 * entry stands in that instead.
 */
export function shared<T>(name: string, make: () => T): T {
  return ((globalThis as Record<symbol, unknown>)[Symbol.for(`cachet.3.${name}`)] ??= make()) as T;
}

/** Adds parts of the runtime to those that this process has. Of several copies the first stays: it knows what it has done. */
export function install({ parsers, ...features }: Partial<Features>): void {
  state.features = ownValues(features as State["features"], state.features);
  Object.assign(state.features.parsers, parsers);
}

/**
 * A part of the runtime that the options of a function ask for.
 * @throws CachetError if nothing has installed it: what the options say would otherwise be ignored.
 */
export function featureOf<Name extends keyof Features>(name: Name, functionName: string): Features[Name] {
  const feature = state.features[name];
  if (feature !== undefined) return feature as Features[Name];
  throw new CachetError("CACHET_MISSING_FEATURE", `${functionName}(): built without "${name}". Rebuild it`);
}

/** The codecs that the program has registered, and what functions have brought along. */
export function knownCodecs(): readonly AnyCodec[] {
  const { codecs } = state.settings;
  const { urlPatterns } = state.features;
  return urlPatterns === undefined ? codecs : [...codecs, urlPatterns];
}

/** Every definition that may hold entries. */
export function* knownFunctions(): Generator<CachedFunction> {
  yield* state.functions.values();
  for (const ref of state.retired) {
    const known = ref.deref();
    if (known === undefined) state.retired.delete(ref);
    else yield known;
  }
}
