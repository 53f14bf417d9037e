import { type durableStore, environment, storeAtHand } from "#platform";
import type { CachedFunction } from "./call/cached-function.ts";
import type { Settings } from "./config.ts";
import type { Announce, Observer } from "./events.ts";
import type { ClearStores, Limits } from "./features.ts";
import type { Replayer } from "./replay/replayer.ts";
import type { PrefetchedCopies } from "./snapshot/copy-ahead.ts";
import type { Show, Watch } from "./spinner/spinner.ts";

/** Everything the runtime remembers between calls. One per process, however many copies of this package are loaded. */
export interface State {
  /** The current definition of each function id. */
  functions: Map<string, CachedFunction>;
  /** Definitions replaced by a newer code version, as long as somebody still holds them. */
  retired: Set<WeakRef<CachedFunction>>;
  /** Which definition a function at run time belongs to. */
  links: WeakMap<object, CachedFunction>;
  settings: Settings;
  listeners: Set<Observer>;
  /** Tells of events; set by the first listener where nobody else could hear them. */
  announce: Announce | undefined;
  /** Failures already warned about, as `store:operation`. */
  warned: Set<string>;
  /** Set by the first element or widget of the program. */
  replayer: Replayer | undefined;
  /** Set by `configure({ maxBytes })`, for the functions without limits of their own. */
  limits: Limits | undefined;
  /** The environment's own durable store, where this program persists to it, or can at least clear it. */
  ownStore: typeof durableStore | undefined;
  /** Shows that a body runs, set by `configure({ spinner })` for pages, where otherwise only some functions can show it. */
  watch: Watch | undefined;
  /** Removes a function's entries from every store; set by whatever makes a store known. */
  clearStores: ClearStores | undefined;
  /** What puts a spinner on show, set by `configure({ spinner })` for pages, which otherwise load it when one is to be seen. */
  show: Show | undefined;
  /** Set when the first large typed array is kept. */
  prefetched: PrefetchedCopies | undefined;
  /** What `get` answers when there is nothing to serve. */
  miss: symbol;
  /** What `get` answers while it only notes the arguments of a call. */
  probed: symbol;
  /** Counts uses, so that entries of different functions can be compared by age. */
  tick: number;
  /** Bytes held by all entries in memory. */
  bytes: number;
  /** Tells every function that settings or listeners changed. */
  refresh(): void;
}

/** Raised when the shape of `State` changes, so that two versions of the package never misread each other. */
const VERSION = 1;
const REGISTRY = Symbol.for("cachet");

function createState(): State {
  const functions = new Map<string, CachedFunction>();
  const retired = new Set<WeakRef<CachedFunction>>();
  return {
    functions,
    retired,
    links: new WeakMap(),
    settings: {
      stores: {},
      codecs: [],
      maxBytes: Number.POSITIVE_INFINITY,
      enabled: environment("CACHET_DISABLE") !== "1",
      clock: { now: () => performance.now(), wall: () => Date.now() },
      onWarning: (message) => console.warn(message),
    },
    listeners: new Set(),
    announce: undefined,
    warned: new Set(),
    replayer: undefined,
    limits: undefined,
    ownStore: storeAtHand(),
    watch: undefined,
    clearStores: undefined,
    show: undefined,
    prefetched: undefined,
    miss: Symbol("cachet.miss"),
    probed: Symbol("cachet.probed"),
    tick: 0,
    bytes: 0,
    refresh() {
      for (const known of functions.values()) known.refresh();
      for (const ref of retired) ref.deref()?.refresh();
    },
  };
}

const registry = ((globalThis as Record<symbol, unknown>)[REGISTRY] ??= {}) as Record<number, State>;

/** The state of this process. */
export const state: State = (registry[VERSION] ??= createState());

/** Every definition that may hold entries. */
export function* knownFunctions(): Generator<CachedFunction> {
  yield* state.functions.values();
  for (const ref of state.retired) {
    const known = ref.deref();
    if (known === undefined) state.retired.delete(ref);
    else yield known;
  }
}
