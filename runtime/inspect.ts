/** What a tool that shows the caches of a running program imports: a panel in a page, a debug route on a server. */

import { digest } from "#platform";
import { clearCall, clearFunction } from "./call/clear.ts";
import { expireCall, expireFunction } from "./call/expire.ts";
import type { CachedFunction, CallKey, Entry, EntryTable } from "./call/types.ts";
import type { CacheEvent } from "./event-types.ts";
import { observe } from "./events.ts";
import { textOf } from "./key/key.ts";
import type { Definition, Options } from "./options/options.ts";
import { knownFunctions, state } from "./registry.ts";
import { type FunctionStats, statsOf, wasCalled } from "./stats.ts";
import { isEnvironment, previewPart, previewText, previewValue } from "./values/preview.ts";

export type { CacheEvent } from "./event-types.ts";
export type { FunctionStats } from "./stats.ts";

/** A call of a cached function, as the cache tells it from others. */
export interface InspectedCall {
  /** Equal for equal calls, and only for those: the arguments as text, or their digest where that is long or an environment variable is among them. */
  readonly key: string;
  /** What the key is made of: arguments, captures and environment variables, each as a short text for people; of the latter a digest. */
  readonly parts: readonly InspectedPart[];
  /** Which instance of a method was called, counted from 1 as they are met; absent where instances don't count. */
  readonly instance?: number | undefined;
  /** Hash of the code that the call runs. */
  readonly codeHash: string;
}

export interface InspectedPart {
  name: string;
  /** At most 120 characters. */
  text: string;
}

/** One entry in memory. Its value is never handed out. */
export interface InspectedEntry extends InspectedCall {
  /** Estimated; 0 for resources, which cannot be measured. */
  readonly bytes: number;
  /** Milliseconds the body took: what each hit saves. */
  readonly cost: number;
  /** Milliseconds since it was computed. */
  readonly age: number;
  /** Milliseconds until it expires; Infinity for never, below 0 for one that is kept as `stale` allows. */
  readonly remaining: number;
  /** Its tags, those of the functions that its body called included, as far as this process has met their names, in a store at least. */
  readonly tags: readonly string[];
  /** Removes this entry, from a store too. */
  clear(): void | Promise<void>;
  /** Ends its time to live, in a store too: the next call runs, and `stale` may serve the old value meanwhile. */
  expire(): void | Promise<void>;
}

/** Milliseconds over the runs of a function: a mark costs more than it saves where keeping takes longest. */
export interface InspectedCosts {
  readonly runs: number;
  /** By its body. */
  readonly computing: number;
  /** By keeping what the body gave: copied, encoded, written. */
  readonly keeping: number;
}

/** One cached function of this process, called or not. */
export interface InspectedFunction extends FunctionStats {
  readonly codeHash: string;
  /** False for code that an update replaced, as long as somebody holds it. */
  readonly isCurrent: boolean;
  /** Those that are given; durations in milliseconds. Options that are code are known from the first call on. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Measured in Node only, and not with `warnCost: false`. */
  readonly costs?: InspectedCosts | undefined;
  /** What is in memory now, least recently used first; without a limit, what was made first. */
  list(): InspectedEntry[];
  /** How many entries in memory have each tag, as far as this process has met the tags' names. */
  tags(): Record<string, number>;
  /** Removes every entry, from stores too. */
  clear(): void | Promise<void>;
  /** Ends the time to live of every entry: the next calls run, and `stale` may serve old values meanwhile. */
  expire(): void | Promise<void>;
}

/** Every cached function whose module was loaded, the most recently replaced code last. Calls nothing of the program's. */
export function inspect(): InspectedFunction[] {
  return [...knownFunctions()].map(describe);
}

/**
 * Calls `listener` with every event from now on and with the call it is about; events about a whole function have none.
 * @returns a function that ends it.
 */
export function observeCalls(listener: (event: CacheEvent, call: InspectedCall | undefined) => void): () => void {
  return observe((event, owner, call) => listener(event, call === undefined ? undefined : new LazyCall(owner, call)));
}

function describe(owner: CachedFunction): InspectedFunction {
  return {
    ...statsOf(owner),
    codeHash: owner.definition.hash,
    isCurrent: state.functions.get(owner.definition.id) === owner,
    options: optionsOf(owner),
    costs: state.features.weighed?.(owner),
    list: () => entriesOf(owner).map((entry) => describeEntry(owner, entry)),
    tags: () => countTags(owner),
    clear: () => clearFunction(owner),
    expire: () => expireFunction(owner),
  };
}

const entriesOf = (owner: CachedFunction): Entry[] => [...owner.tables()].flatMap((table) => table.values());

function countTags(owner: CachedFunction): Record<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entriesOf(owner)) {
    for (const tag of state.features.tags?.namesOf(entry) ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** What a definition says besides its options: the compiler counts. */
const FACTS: Record<Exclude<keyof Definition, keyof Options> | "use", true> = {
  id: true,
  hash: true,
  name: true,
  parts: true,
  async: true,
  promised: true,
  alone: true,
  code: true,
  perInstance: true,
  file: true,
  classes: true,
  options: true,
  use: true,
};

/** Options that are code are not evaluated for a look at them: a call has done so, or they are not known yet. */
function optionsOf(owner: CachedFunction): Record<string, unknown> {
  const { definition } = owner;
  const all: Record<string, unknown> = wasCalled(owner)
    ? { ...owner.options }
    : { ...definition, ttl: (definition.ttl ?? Number.POSITIVE_INFINITY) * 1000 };
  if (all["ttlOf"] !== undefined) all["ttl"] = all["ttlOf"];
  delete all["ttlOf"];
  if (definition.this === "identity") delete all["this"];
  const isGiven = ([name, value]: [string, unknown]) =>
    !Object.hasOwn(FACTS, name) && value !== undefined && value !== Number.POSITIVE_INFINITY;
  const shown = ([name, value]: [string, unknown]) =>
    [name, name === "hashFuncs" ? GIVEN : told(value, IN_SECONDS.has(name) ? 1000 : 1)] as const;
  return Object.fromEntries(Object.entries(all).filter(isGiven).map(shown));
}

const GIVEN = "given";
/** Options with durations in them. */
const IN_SECONDS = new Set(["stale", "timeout", "errors"]);

/** A value without the functions in it: a panel may live in another window, which no function reaches. */
function told(value: unknown, unit: number): unknown {
  if (typeof value === "function") return GIVEN;
  if (typeof value === "number") return value * unit;
  if (Array.isArray(value)) return value.map((each) => told(each, unit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, told(inner, unit)]));
}

function describeEntry(owner: CachedFunction, entry: Entry): InspectedEntry {
  const { bytes, cost, created, expires } = entry;
  const now = state.settings.clock.now();
  const call = new LazyCall(owner, entry);
  return {
    // Of ten thousand entries somebody looks at a few.
    get key() {
      return call.key;
    },
    get parts() {
      return call.parts;
    },
    instance: call.instance,
    codeHash: call.codeHash,
    bytes,
    cost,
    age: now - created,
    remaining: expires - now,
    tags: state.features.tags?.namesOf(entry) ?? [],
    clear: () => clearCall(owner, entry),
    expire: () => expireCall(owner, entry),
  };
}

/** Longer keys are named by their digest. */
const LONGEST_KEY = 200;

/** Instances by the tables they own, in the order they are met. */
const instances = new WeakMap<EntryTable, number>();
let met = 0;

/** Keys by entry: the one of a large argument takes long to write down, and each hit asks for it. */
const keys = new WeakMap<CallKey, string>();

/** Works nothing out until it is asked: most events of a busy program are only counted. */
class LazyCall implements InspectedCall {
  private readonly owner: CachedFunction;
  private readonly call: CallKey;

  constructor(owner: CachedFunction, call: CallKey) {
    this.owner = owner;
    this.call = call;
  }

  get codeHash(): string {
    return this.owner.definition.hash;
  }

  get instance(): number | undefined {
    const { table } = this.call;
    if (table === this.owner.root) return undefined;
    const known = instances.get(table) ?? ++met;
    instances.set(table, known);
    return known;
  }

  get key(): string {
    const known = keys.get(this.call) ?? this.write();
    keys.set(this.call, known);
    return known;
  }

  private write(): string {
    const text = textOf(this.call.key);
    const isHidden = text.length > LONGEST_KEY || this.owner.definition.parts.some(isEnvironment);
    const key = isHidden ? `#${digest(text)}` : `=${text}`;
    return this.instance === undefined ? key : `${this.instance}${key}`;
  }

  get parts(): readonly InspectedPart[] {
    const { key } = this.call;
    const { parts: names } = this.owner.definition;
    const isDirect = typeof key !== "string" && !key.some((part) => typeof part === "symbol");
    const texts = isDirect ? key.map(previewValue) : previewText(textOf(key), names.length);
    return texts.map((text, index) => {
      const name = names[index] ?? "widgets";
      return { name, text: previewPart(name, text) };
    });
  }
}
