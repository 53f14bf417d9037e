import { announceAtHand, clearStoresAtHand } from "#platform";
import type { CallPlace, Telling } from "../events.ts";
import type { Features, Keys, Limits } from "../features.ts";
import { type Definition, type Options, resolveOptions } from "../options/options.ts";
import type { Persistence, Watched } from "../persist/persistence.ts";
import { state } from "../registry.ts";
import type { ShapeInfo } from "../snapshot/shape-info.ts";
import type { Kept } from "./cached-value.ts";
import { type Entry, isDirect, NEVER, type Place } from "./entry.ts";
import { Table } from "./entry-table.ts";
import type { Receivers } from "./instances.ts";

/** What tells data and resources apart. */
export interface Policy {
  kind: "data" | "resource";
  /** What stays in the cache of a value on its way to the first caller. */
  keep(value: unknown, owner: FunctionEntries): Kept;
  /** How callers get a snapshot that was read from a store; `undefined` where it can't be had as the options ask. */
  adopt(snapshot: unknown, shapeInfo: ShapeInfo, owner: FunctionEntries): Pick<Kept, "give"> | undefined;
}

const NOTHING: Features = {};

/** A cached function's definition, options and entries: where they are, what they sum up to, and how they leave. */
export abstract class FunctionEntries {
  definition: Definition;
  readonly policy: Policy;
  readonly root: Table;
  /** The parts of the runtime that this function needs beside what every one does. */
  use: Features;
  /** The tables of instances, for a method whose entries belong to them. */
  receivers: Receivers | undefined = undefined;
  /** True while a hit needs nothing but the lookup: nobody listens, nothing validates, caching is on. */
  fast = false;
  /** Entries with a value over all tables, and their estimated bytes. */
  entries = 0;
  bytes = 0;
  hits = 0;
  misses = 0;
  /** Milliseconds of body that hits saved. */
  saved = 0;
  /** Milliseconds the last run of the body took. */
  lastCost = 0;
  /** Milliseconds the entry written last may live. */
  lifetime = NEVER;
  /** True while a timer waits for entries to expire. */
  sweeping = false;
  /** The durable side as last used, if any. */
  opened: Persistence | undefined = undefined;
  /** Set where memory answers only after a look, now and then, at whether another process cleared anything. */
  watched: Watched | undefined = undefined;
  /** True while a lookup may be answered: nothing validates, caching is on. */
  protected answers = false;
  private resolved: Options | undefined = undefined;
  /** True where the order of use matters. */
  protected bounded = false;
  /** Takes the parts of a call instead of answering it, while arguments are turned into a key. */
  protected probe: ((parts: readonly unknown[]) => void) | undefined = undefined;
  /** False where a change of settings may have changed which store there is. */
  private isSettled = false;

  constructor(definition: Definition, policy: Policy) {
    this.definition = definition;
    this.policy = policy;
    this.use = definition.use ?? NOTHING;
    this.root = new Table(this);
    this.receivers = this.use.receivers?.(this);
  }

  /** See `CachedFunction`, which answers the calls that the tables are asked. */
  abstract serve(entry: Entry): unknown;
  abstract serveEasy(entry: Entry): unknown;
  abstract look(table: Table, parts: readonly unknown[]): unknown;
  abstract call(table: Table, parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown;

  get name(): string {
    return this.definition.name;
  }

  /** Every table that may hold entries. */
  tables(): Iterable<Table> {
    return this.receivers?.tables() ?? [this.root];
  }

  /** @throws InvalidOptionError for options that turn out wrong at the first use. */
  get options(): Options {
    if (this.resolved === undefined) {
      this.resolved = resolveOptions(this.definition);
      this.refresh();
    }
    return this.resolved;
  }

  /** Takes a newer definition of the same code: its options count from now on. */
  redefine(definition: Definition): void {
    this.definition = definition;
    this.use = definition.use ?? NOTHING;
    this.receivers ??= this.use.receivers?.(this);
    this.resolved = undefined;
    this.refresh();
  }

  /** Works out again, after a change of settings, whether hits may take the short way and which store there is. */
  refresh(): void {
    const { resolved } = this;
    const { enabled, maxBytes } = state.settings;
    this.answers = resolved !== undefined && resolved.validate === undefined && enabled;
    this.fast = this.answers && state.listeners.size === 0 && this.probe === undefined && this.watched === undefined;
    this.bounded = Math.min(resolved?.maxEntries ?? NEVER, resolved?.maxBytes ?? NEVER, maxBytes) < NEVER;
    this.isSettled = false;
  }

  /**
   * The durable side, where there is one. Entries of an instance live with it and are never persisted.
   * @throws UnknownStoreError or AsyncStoreError where the options ask for what is not there.
   */
  persistence(table: Table = this.root): Persistence | undefined {
    if (!this.options.persist || table !== this.root) return undefined;
    if (!this.isSettled) {
      this.opened = this.use.durable?.open(this, this.opened);
      this.watched = this.opened?.watched;
      if (this.watched !== undefined) this.fast = false;
      this.isSettled = true;
    }
    return this.opened;
  }

  /** Where a call's entry sits. Up to three primitives are looked up as they are, anything else by its encoding. */
  place(parts: readonly unknown[]): Place {
    const { hashFuncs } = this.options;
    if (hashFuncs?.primitives !== true && isDirect(parts)) return parts;
    return this.keys.place(parts, { name: this.name, parts: this.definition.parts }, hashFuncs);
  }

  private get keys(): Keys {
    return this.use.keys as Keys;
  }

  /** Takes a new entry in. */
  take(entry: Entry): void {
    entry.used = ++state.tick;
    entry.table.link(entry);
    entry.ready = true;
    this.entries++;
    this.bytes += entry.bytes;
    state.bytes += entry.bytes;
    state.prefetched?.fit();
  }

  /** Counts more bytes as an entry's. */
  grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    entry.table.sums.bytes += bytes;
    this.bytes += bytes;
    state.bytes += bytes;
  }

  /** How entries are limited: by this function's options, or by `configure({ maxBytes })`. */
  get limits(): Limits | undefined {
    return this.use.limits ?? state.limits;
  }

  /** Takes an entry that left its table out of the sums. */
  forget(entry: Entry): void {
    this.entries--;
    this.bytes -= entry.bytes;
    state.bytes -= entry.bytes;
    state.prefetched?.forget(entry.value);
  }

  /** Hands a resource that left the cache to `onRelease`, once. */
  release(entry: Entry): void {
    this.use.release?.(this, entry);
  }

  /** Removes everything from memory and releases it. */
  empty(): void {
    for (const table of [...this.tables()]) this.emptyTable(table);
  }

  /** Removes the entries of one receiver. */
  emptyTable(table: Table): void {
    for (const entry of table.empty()) {
      this.forget(entry);
      this.release(entry);
    }
  }

  /** Removes every entry, in memory and in stores. A run under way keeps its result to itself. */
  clear(): undefined | Promise<void> {
    this.clearMemory();
    return this.clearStores();
  }

  /** Removes every entry from memory, because somebody said so. */
  clearMemory(): void {
    this.empty();
    this.tell({ type: "clear", all: true });
  }

  /** Clears all calls, or the one with these arguments as text, in every store that holds data. */
  private clearStores(args?: string): undefined | Promise<void> {
    return this.policy.kind === "resource" ? undefined : (state.clearStores ?? clearStoresAtHand())?.(this, args);
  }

  /** Removes one entry, in memory and in the store. */
  clearAt(table: Table, parts: readonly unknown[]): undefined | Promise<void> {
    return this.clearPlace({ table, place: this.place(parts) });
  }

  /** The same for a call that is known by its place. */
  clearPlace(call: CallPlace): undefined | Promise<void> {
    const { table, place } = call;
    for (const entry of this.entriesAt(table, place)) {
      const { ready } = entry;
      table.remove(entry);
      if (ready) {
        this.forget(entry);
        this.release(entry);
      }
    }
    this.tell({ type: "clear", all: false }, call);
    return this.persistence(table) === undefined ? undefined : this.clearStores(this.textOf(place));
  }

  /** The entry of a call; with widgets one for each combination of their values. */
  entriesAt(table: Table, place: Place): Entry[] {
    const own = table.at(place);
    const variants = this.options.allowWidgets ? state.replayer?.variants(table, this.textOf(place)) : undefined;
    return own === undefined ? (variants ?? []) : [own, ...(variants ?? [])];
  }

  /** A place as text, whichever way it is looked up. */
  textOf(place: Place): string {
    return place.length === 0 ? "" : this.keys.text(place);
  }

  /** Emits an event, if anybody would hear it. */
  tell(event: Telling, call?: CallPlace): void {
    (state.announce ?? announceAtHand())?.(this, event, call);
  }

  /** The key parts a call with these arguments would have: the function's own header applies defaults and captures. */
  partsOf(call: () => unknown): readonly unknown[] | undefined {
    let seen: readonly unknown[] | undefined;
    const outer = this.probe;
    this.probe = (parts) => {
      seen = parts;
    };
    this.refresh();
    try {
      const result = call();
      if (result instanceof Promise) result.catch(() => {});
    } finally {
      this.probe = outer;
      this.refresh();
    }
    return seen;
  }
}

/** True for anything that can be awaited. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
