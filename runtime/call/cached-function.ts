import { hasHitSubscribers } from "#platform";
import type { EventPayload } from "../event-types.ts";
import { isDirect } from "../key/direct-parts.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { type Definition, type Options, resolveOptions } from "../options/options.ts";
import { featureOf, knownCodecs, state } from "../registry.ts";
import { ownValues } from "../values/own-values.ts";
import { answer } from "./answer.ts";
import { compute } from "./compute.ts";
import { isBare, materialize } from "./entry.ts";
import { NestedTable } from "./entry-table.ts";
import { isFresh } from "./expiry.ts";
import { NEVER } from "./never.ts";
import { isPromise } from "./thenable.ts";
import type {
  CallableFunction,
  CallKey,
  Entry,
  EntryTable,
  Figures,
  InstanceCalls,
  InstanceTables,
  Persistence,
  Policy,
  PolledStore,
} from "./types.ts";

/**
 * A cached function, as emitted code holds it: one per mark. A call goes
 * `get` (lookup) → `call` (decide: hit, validate, join or) → `compute` (durable store, or) → `execute` (the body) → `keep`.
 */
export class FunctionDescriptor implements CallableFunction {
  definition: Definition;
  readonly policy: Policy;
  readonly root = new NestedTable();
  readonly figures: Figures = { entries: 0, bytes: 0, hits: 0, stale: 0, misses: 0, refreshes: 0, savedMicros: 0 };
  instances: InstanceTables | undefined = undefined;
  readonly aside = new Set<Entry>();
  lastCost = 0;
  lifetime = NEVER;
  nextSweep = NEVER;
  opened: Persistence | undefined = undefined;
  /** Set if memory answers only after a look, now and then, at whether another process cleared anything. */
  private polled: PolledStore | undefined = undefined;
  private resolved: Options | undefined = undefined;
  /** True while a lookup may be answered: nothing validates, caching is on. */
  private answers = false;
  /** True while, besides, a hit needs nothing but the lookup: nothing listens. */
  fastPath = false;
  /** True if the order of use matters. */
  isBounded = false;
  /** False if a change of settings may have changed which store there is. */
  private isSettled = false;
  /** Takes the parts of a call instead of answering it, while arguments are turned into a key. */
  private takeParts: ((parts: readonly unknown[]) => void) | undefined = undefined;
  /** The key `look` worked out, for the `run` that follows at once: hash functions run once per call. */
  private pending: { parts: readonly unknown[]; key: EntryKey } | undefined = undefined;

  constructor(definition: Definition, policy: Policy) {
    this.definition = ownValues(definition);
    this.policy = policy;
  }

  get name(): string {
    return this.definition.name;
  }

  get options(): Options {
    if (this.resolved === undefined) {
      this.resolved = resolveOptions(this.definition, state.features.parsers);
      // What it calls has to tell it, also on hits.
      if (this.resolved.nested !== undefined) state.refresh();
      else this.refresh();
    }
    return this.resolved;
  }

  /** Takes a newer definition of the same code: its options count from now on. */
  redefine(definition: Definition): void {
    this.definition = ownValues(definition);
    this.resolved = undefined;
    this.refresh();
  }

  refresh(): void {
    const { resolved } = this;
    const { enabled, maxBytes } = state.settings;
    this.answers = resolved !== undefined && resolved.validate === undefined && enabled;
    const isWatched =
      state.listeners.size > 0 ||
      state.intercept !== undefined ||
      this.takeParts !== undefined ||
      state.features.nested !== undefined;
    this.fastPath = this.answers && !isWatched && this.polled === undefined;
    this.isBounded = Math.min(resolved?.maxEntries ?? NEVER, resolved?.maxBytes ?? NEVER, maxBytes) < NEVER;
    if (this.isBounded) for (const table of this.tables()) state.features.limits?.keepOrder(this, table);
    this.isSettled = false;
  }

  /** The value of a call with so many key parts, or `MISS`. */
  get0(): unknown {
    const entry = this.fastPath ? this.root.find0() : undefined;
    if (entry?.fastPath === true) return this.fastHit(entry);
    return this.look(this.root, []);
  }
  get1(a: unknown): unknown {
    const entry = this.fastPath ? this.root.find1(a) : undefined;
    if (entry?.fastPath === true) return this.fastHit(entry);
    return isFresh(entry) ? this.hit(entry) : this.look(this.root, [a]);
  }
  get2(a: unknown, b: unknown): unknown {
    const entry = this.fastPath ? this.root.find2(a, b) : undefined;
    if (entry?.fastPath === true) return this.fastHit(entry);
    return isFresh(entry) ? this.hit(entry) : this.look(this.root, [a, b]);
  }
  get3(a: unknown, b: unknown, c: unknown): unknown {
    const entry = this.fastPath ? this.root.find3(a, b, c) : undefined;
    if (entry?.fastPath === true) return this.fastHit(entry);
    return isFresh(entry) ? this.hit(entry) : this.look(this.root, [a, b, c]);
  }
  getN(parts: readonly unknown[]): unknown {
    return this.look(this.root, parts);
  }
  /** Runs the body unless the value can be had in another way. `args` are what `validate` sees beside the value. */
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown {
    return this.call(this.root, parts, body, args);
  }
  /** The same for the entries of one instance, which go when it goes. */
  of(instance: unknown): InstanceCalls {
    this.instances ??= featureOf("instances", this.name)(this);
    return this.instances.of(instance);
  }

  /** The lookup in full: any kind of argument, any kind of entry. */
  look(table: EntryTable, parts: readonly unknown[]): unknown {
    if (this.polled !== undefined && performance.now() >= this.polled.next) this.polled.look();
    if (this.takeParts !== undefined) {
      this.takeParts(parts);
      return state.partsTaken;
    }
    if (!this.answers || state.intercept !== undefined) return state.miss;
    const known = table.trie === undefined || isDirect(parts) ? undefined : table.trie.find(parts);
    if (known === undefined && !this.canRead(parts)) return state.miss;
    const key = known === undefined ? this.keyOf(parts) : undefined;
    const entry = key === undefined ? known : table.at(key);
    const isEncoded = typeof key === "string";
    if (!isEncoded && entry?.fastPath === true && this.fastPath) return this.fastHit(entry);
    if (isFresh(entry)) {
      if (isEncoded) state.features.argumentTrie?.note(this, parts, entry);
      return this.hit(entry);
    }
    this.pending = { parts, key: key ?? (known as Entry).key };
    return state.miss;
  }

  /** Everything a lookup cannot answer: validate, join, read the store, or run the body. */
  call(table: EntryTable, parts: readonly unknown[], body: () => unknown, args: readonly unknown[] = parts): unknown {
    if (!state.settings.enabled || !this.canRead(parts)) return body();
    if (state.intercept !== undefined) return state.intercept(this, table, parts, body, args);
    const key = this.pendingKey(parts) ?? this.keyOf(parts);
    const { replayer } = state.features;
    if (this.options.allowWidgets && replayer !== undefined) return replayer.call(this, table, key, body, args);
    const again = () => this.call(table, parts, body, args);
    const value = answer(this, table.at(key), { args, body, again });
    // Called from here: each function between a caller and a body takes one of the ten frames that a stack trace shows.
    return value === state.miss ? compute(this, table, key, body, args) : value;
  }

  /** False for a call with other key parts than the function declares, in a program that has nothing to read them. */
  private canRead(parts: readonly unknown[]): boolean {
    if (isDirect(parts) || this.options.hashFuncs !== undefined) return true;
    return featureOf("keys", this.name).canRead(this.definition.id, this.name);
  }

  private pendingKey(parts: readonly unknown[]): EntryKey | undefined {
    const { pending } = this;
    this.pending = undefined;
    if (pending === undefined || pending.parts.length !== parts.length) return undefined;
    for (let i = 0; i < parts.length; i++) if (!Object.is(parts[i], pending.parts[i])) return undefined;
    return pending.key;
  }

  /** What a caller gets on a hit, of an entry that has not expired. */
  hit(entry: Entry): unknown {
    if (this.fastPath && isBare(entry)) return this.fastHit(entry);
    return this.serve(entry, materialize(entry), "memory");
  }

  /** A hit that only hands out the value. */
  fastHit(entry: Entry): unknown {
    if (hasHitSubscribers()) return this.serve(entry, entry.value, "memory");
    this.count(entry);
    return entry.value;
  }

  private count(entry: Entry): void {
    this.figures.hits++;
    this.figures.savedMicros += entry.micros;
    if (!this.isBounded || entry.state !== "ready") return;
    entry.table.order?.touch(entry);
  }

  serve(entry: Entry, value: unknown, from: "memory" | "store" | "flight", results?: unknown[]): unknown {
    this.countHit(entry, from);
    if (entry.tags !== undefined || entry.files !== undefined) state.features.tags?.inherit(entry);
    state.features.nested?.called(this, entry);
    const showing = entry.replay === undefined ? undefined : state.features.replayer?.replay(entry, results);
    if (showing !== undefined) return showing.then(() => value);
    return entry.promised ? Promise.resolve(value) : value;
  }

  private countHit(entry: Entry, from: "memory" | "store" | "flight"): void {
    this.count(entry);
    if (hasHitSubscribers() || state.listeners.size > 0) this.emit({ type: "hit", from }, entry);
  }

  emit(payload: EventPayload, call?: CallKey): void {
    state.features.emitEvent?.(this, payload, call);
  }

  tables(): Iterable<EntryTable> {
    return [this.root, ...(this.instances?.tables() ?? [])];
  }

  entriesAt(table: EntryTable, key: EntryKey): Entry[] {
    const own = table.at(key);
    const variants = this.options.allowWidgets ? state.features.replayer?.variants(table, this.textOf(key)) : undefined;
    return own === undefined ? (variants ?? []) : [own, ...(variants ?? [])];
  }

  keyOf(parts: readonly unknown[]): EntryKey {
    const { hashFuncs } = this.options;
    if (hashFuncs?.primitives !== true && isDirect(parts)) return parts;
    const labels = { name: this.name, parts: this.definition.parts, codecs: knownCodecs() };
    return featureOf("keys", this.name).keyOf(parts, labels, hashFuncs);
  }

  textOf(key: EntryKey): string {
    return key.length === 0 ? "" : featureOf("keys", this.name).textOf(key);
  }

  persistence(table: EntryTable = this.root): Persistence | undefined {
    const isRecorded = state.features.recordings !== undefined && this.policy.kind === "data";
    if (!(this.options.persist || isRecorded) || table !== this.root) return undefined;
    if (!this.isSettled) {
      this.opened = featureOf("durable", this.name).open(this, this.opened);
      this.polled = this.opened?.polled;
      if (this.polled !== undefined) this.fastPath = false;
      this.isSettled = true;
    }
    return this.opened;
  }

  partsOf(call: () => unknown): readonly unknown[] | undefined {
    let seen: readonly unknown[] | undefined;
    const outer = this.takeParts;
    this.takeParts = (parts) => {
      seen = parts;
    };
    this.refresh();
    try {
      const result = call();
      if (isPromise(result)) result.catch(() => {});
    } finally {
      this.takeParts = outer;
      this.refresh();
    }
    return seen;
  }
}
