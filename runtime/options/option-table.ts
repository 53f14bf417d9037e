import { parseOneOf, parseVersion } from "./build-parsers.ts";
import {
  parseBytes,
  parseContext,
  parseCount,
  parseErrors,
  parseFlag,
  parseFunction,
  parseFunctions,
  parseHashFuncs,
  parseScope,
  parseShare,
  parseSpinner,
  parseStale,
  parseStore,
  parseTags,
  parseTimeout,
  parseTtl,
} from "./option-parsers.ts";
import type { OptionRow } from "./option-row.ts";
import type { StaleOption } from "./stale-option.ts";
import type { TimeoutOption } from "./timeout-option.ts";

/*
 * Every option of a mark, once. The build's check, the emitted code, the types below and with them the runtime's, the
 * inspector, editors and README's table all come from here. The runtime takes types only, so that no program carries
 * the table; what emitted code needs of it is handed over by the name in `exportName`.
 */

const DATA = ["data"] as const;
const RESOURCE = ["resource"] as const;
const BOTH = ["data", "resource"] as const;
const CLEARS = ["clears"] as const;

export const OPTIONS = {
  ttl: {
    at: "any",
    kinds: BOTH,
    parse: parseTtl,
    exportName: "parseTtl",
    takesFunction: true,
    seesArguments: true,
    summary:
      'How long an entry lives, counted from its write: `60`, `"1h30m"`, `"1.5 days"`, `"100ms"`, `"P1DT2H"`, `{ hours: 1 }`; `Infinity`: for ever. Or a function `(value, ...args) => duration`, called once for each new value; `0`: the value is returned and not kept.',
    example: '"1h30m"',
    needs: ["limits"],
    resetsEntries: true,
  },
  jitter: {
    at: "any",
    kinds: BOTH,
    parse: parseShare,
    exportName: "parseShare",
    requires: () => "ttl",
    summary:
      "Shortens the `ttl` of each entry by up to this share, at random, so that entries made together do not expire together.",
    example: '"10%"',
    needs: [],
    resetsEntries: false,
  },
  stale: {
    at: "any",
    kinds: BOTH,
    parse: parseStale,
    exportName: "parseStale",
    summary:
      'How long after its `ttl` an old value may still be served: a duration, or `{ refresh?, error?, retry? }`. `refresh` (async functions): the caller gets the old value at once and one run in the background replaces it. `error`: if a run fails, the old value stays and is served; the next run is tried after `retry` (default: `"30s"`). A duration means both.',
    example: '{ refresh: "1h", error: "1d" }',
    needs: ["stale"],
    requires: () => "ttl",
    awaits: (value) =>
      (value as StaleOption | undefined)?.refresh === undefined
        ? undefined
        : "only callers who await a result get the old one while a run replaces it (`{ error: … }` works without)",
    resetsEntries: false,
  },
  maxEntries: {
    at: "any",
    kinds: BOTH,
    parse: parseCount,
    exportName: "parseCount",
    summary: "At most this many entries per function; the least recently used is evicted first.",
    example: "1000",
    needs: ["limits"],
    resetsEntries: true,
  },
  maxBytes: {
    at: "any",
    kinds: DATA,
    parse: parseBytes,
    exportName: "parseBytes",
    summary: "At most this many bytes per function, estimated.",
    example: '"100MB"',
    needs: ["limits"],
    resetsEntries: true,
  },
  persist: {
    at: "any",
    kinds: DATA,
    parse: parseStore,
    exportName: "parseStore",
    summary:
      'Entries outlive the process. `true` or `"disk"`: in the environment\'s durable store (disk, IndexedDB); a name: in the store registered under it with `configure({ stores })`.',
    example: "true",
    needs: ["durable", "ownStore"],
    resetsEntries: true,
  },
  copy: {
    at: "literal",
    kinds: DATA,
    parse: parseOneOf("freeze"),
    summary: '`"freeze"`: one frozen value for all callers instead of a copy each; a write to it throws.',
    example: '"freeze"',
    needs: [],
    resetsEntries: false,
  },
  replay: {
    at: "literal",
    kinds: DATA,
    parse: parseOneOf("atOnce", "paced"),
    summary:
      'How a recorded stream is replayed: `"atOnce"` (default) as fast as it is read, `"paced"` chunk by chunk at its original pace.',
    example: '"paced"',
    needs: ["streams"],
    resetsEntries: true,
  },
  showSpinner: {
    at: "any",
    kinds: BOTH,
    parse: parseSpinner,
    exportName: "parseSpinner",
    summary: "Whether a slow run shows a spinner, and with which text. Default: `true`.",
    example: '"Loading…"',
    needs: [],
    resetsEntries: false,
  },
  showTime: {
    at: "any",
    kinds: BOTH,
    parse: parseFlag,
    exportName: "parseFlag",
    summary: "Elapsed seconds next to the spinner.",
    example: "true",
    needs: [],
    resetsEntries: false,
  },
  warnCost: {
    at: "any",
    kinds: BOTH,
    parse: parseFlag,
    exportName: "parseFlag",
    summary:
      "`false`: no warning if, over a thousand runs in Node, keeping the results took longer than computing them, and longer than hits have saved.",
    example: "false",
    needs: [],
    resetsEntries: false,
  },
  hashFuncs: {
    at: "run",
    kinds: BOTH,
    parse: parseHashFuncs,
    exportName: "parseHashFuncs",
    summary: "What stands for values of a type in the key. The nearest class on the prototype chain wins.",
    example: "{ Date: (date) => date.toDateString() }",
    needs: [],
    resetsEntries: false,
  },
  key: {
    at: "run",
    kinds: BOTH,
    parse: parseFunction,
    exportName: "parseFunction",
    summary:
      "`(...args) => unknown`: what it returns replaces the arguments in the key, including those whose names begin with `_`. It runs on every call and must be synchronous.",
    example: "(user, options) => [user.id, options.locale]",
    needs: [],
    resetsEntries: false,
    seesArguments: true,
  },
  context: {
    at: "run",
    kinds: BOTH,
    parse: parseContext,
    exportName: "parseContext",
    summary:
      "Functions that run on every call, without arguments; what they return joins the key: the user of this request, the locale.",
    example: "[() => requests.getStore()?.user]",
    needs: [],
    resetsEntries: false,
  },
  scope: {
    at: "run",
    kinds: BOTH,
    parse: parseScope,
    exportName: "parseScope",
    summary:
      'Entries live within one call of `theScope.run(fn)`, where `const theScope = cacheScope("request")`, and are dropped with it; outside of it a call throws a `NoScopeError`. Never persisted.',
    example: "request",
    needs: ["instances", "scope"],
    resetsEntries: false,
  },
  validate: {
    at: "run",
    kinds: BOTH,
    parse: parseFunction,
    exportName: "parseFunction",
    summary: "`(value, ...args) => boolean`, called on each hit; `false` drops the entry and runs the function again.",
    example: "(value) => value.isOpen",
    needs: ["validate"],
    seesArguments: true,
    resetsEntries: false,
    refusesStreams: () => "a stream can be read only once, so nothing can look at it before it is handed out",
  },
  timeout: {
    at: "any",
    kinds: BOTH,
    parse: parseTimeout,
    exportName: "parseTimeout",
    summary:
      "How long callers wait for a run of an async function: a duration, or `{ soft?, hard? }`. `hard` (what a duration means): callers get a `CallTimeoutError` and the signal of the run aborts; if the run finishes anyway, its value is kept. `soft`: if `stale` has kept an old value, that is served after this time, and the run goes on.",
    example: '"5s"',
    needs: ["timeout", "abort"],
    requires: (value) => ((value as TimeoutOption | undefined)?.soft === undefined ? undefined : "stale"),
    awaits: () => "only callers who await a result can stop waiting for it",
    resetsEntries: false,
    refusesStreams: (value) =>
      (value as TimeoutOption | undefined)?.soft === undefined
        ? undefined
        : "an old value can't go on where a stream has begun (`hard` can be given)",
  },
  nested: {
    at: "literal",
    kinds: BOTH,
    parse: parseOneOf("follow"),
    summary:
      '`"follow"`: the entry expires no later than those of the cached functions that its body called, and is cleared with them.',
    example: '"follow"',
    needs: ["nested", "tags", "limits"],
    resetsEntries: true,
  },
  functions: {
    at: "run",
    kinds: CLEARS,
    parse: parseFunctions,
    exportName: "parseFunctions",
    summary: "For `@cacheClears`: the cached functions to clear when a call has succeeded.",
    example: "[load]",
    needs: [],
    resetsEntries: false,
  },
  tags: {
    at: "any",
    kinds: [...BOTH, "clears"],
    takesFunction: true,
    parse: parseTags,
    exportName: "parseTags",
    seesArguments: true,
    summary:
      'What the entry is about: `["products", (id) => "product:" + id]`. A function gets the arguments and returns a tag, several or none. `clearTags("products")` then clears the entry, whichever function it belongs to, on every machine that shares its store. A cached function also has the tags of those it calls. For `@cacheClears`: the tags to clear.',
    example: '["products", (id) => "product:" + id]',
    needs: ["tags"],
    resetsEntries: true,
  },
  errors: {
    at: "any",
    kinds: BOTH,
    parse: parseErrors,
    exportName: "parseErrors",
    summary:
      "Errors of the body for which `when(error)` holds (default: all) are kept in memory for `ttl`; until then the same error object is thrown again instead of running the body. Never in a store, and not with `allowWidgets`; `clear` removes them.",
    example: '{ ttl: "10s", when: (error) => error.status === 404 }',
    needs: ["errors"],
    resetsEntries: false,
  },
  onRelease: {
    at: "run",
    kinds: RESOURCE,
    parse: parseFunction,
    exportName: "parseFunction",
    summary: "Called once with a resource that leaves the cache.",
    example: "(pool) => pool.end()",
    needs: ["release"],
    resetsEntries: false,
  },
  this: {
    at: "literal",
    kinds: BOTH,
    parse: parseOneOf("identity", "value", "ignore"),
    summary:
      'How a method\'s instance counts in the key. `"identity"` (default): entries belong to the instance; `"value"`: it is hashed like an argument; `"ignore"`: instances share entries.',
    example: '"value"',
    needs: [],
    resetsEntries: false,
  },
  allowWidgets: {
    at: "literal",
    kinds: BOTH,
    parse: parseFlag,
    summary: "Values that `@cacheWidget` functions read in the body join the key.",
    example: "true",
    needs: [],
    excludes: (value) => (value === false ? undefined : "errors"),
    resetsEntries: false,
    refusesStreams: (value) =>
      value === false ? undefined : "which widgets a stream reads is known only when it has ended",
  },
  codeHash: {
    at: "build",
    kinds: BOTH,
    parse: parseOneOf("deep", "own"),
    summary: '`"deep"` (default): all project code that the function reaches counts; `"own"`: its own code only.',
    example: '"own"',
    needs: [],
    resetsEntries: false,
  },
  version: {
    at: "build",
    kinds: BOTH,
    parse: parseVersion,
    summary: "Added to the code hash; change it to make every entry cold.",
    example: "2",
    needs: [],
    resetsEntries: false,
  },
} as const satisfies Record<string, OptionRow>;

type Table = typeof OPTIONS;
export type OptionName = keyof Table;

type NamesWith<Part> = { [N in OptionName]: Table[N] extends Part ? N : never }[OptionName];

/** Options whose parsed literal stands in emitted code. */
export type StaticOptionName = NamesWith<{ at: "literal" | "any" }>;
/** Options that emitted code may hand over unparsed. */
export type LateOptionName = NamesWith<{ at: "any" | "run" }>;
/** Options whose change drops entries. */
export type ResettingOptionName = NamesWith<{ resetsEntries: true }>;

/** What an option is once it is parsed. */
export type OptionValue<N extends OptionName> = ReturnType<Table[N]["parse"]>;
/** What an option is in emitted code, where the build has parsed it. */
// biome-ignore lint/suspicious/noExplicitAny: any function at all.
export type OptionLiteral<N extends OptionName> = Exclude<OptionValue<N>, (...args: any[]) => unknown>;

/** The row of an option, or `undefined` where there is no option of this name. */
export function optionRow(name: string): OptionRow | undefined {
  return Object.hasOwn(OPTIONS, name) ? (OPTIONS as Record<string, OptionRow>)[name] : undefined;
}
