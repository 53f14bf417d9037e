import type { Entry, Place } from "./entry.ts";
import { InvalidOptionError, RecursiveCallError } from "./errors.ts";
import { type CacheEvent, emit, hitsObserved, observed } from "./events.ts";
import { endRun, type Flight, isWithin, joinRun, type Run, startRun, within } from "./in-flight.ts";
import { encodeParts, isSignal } from "./key.ts";
import { admit, drop, isExpired, scheduleSweep } from "./limits.ts";
import { type Definition, type Options, resolveOptions } from "./options.ts";
import { Receivers } from "./receivers.ts";
import { watch } from "./spinner.ts";
import { state } from "./state.ts";
import { Table } from "./table.ts";

/** What is kept of a value, and how callers get it back. */
export interface Kept {
  value: unknown;
  give: ((kept: unknown) => unknown) | undefined;
  bytes: number;
}

/** A stored entry, decoded. */
export interface Found extends Kept {
  /** Milliseconds it may still live. */
  remaining: number;
  cost: number;
}

/** The durable side of a function. Failures never leave it: they become a miss, one warning and an event. */
export interface Persistence {
  readonly sync: boolean;
  lookup(entry: Entry, parts: readonly unknown[]): Found | undefined | Promise<Found | undefined>;
  write(entry: Entry, parts: readonly unknown[]): undefined | Promise<void>;
  delete(entry: Entry): void;
  clear(parts: readonly unknown[]): undefined | Promise<void>;
  has(parts: readonly unknown[]): boolean;
}

/** What tells data and resources apart. */
export interface Policy {
  kind: "data" | "resource";
  /** What stays in the cache of a value on its way to the first caller. */
  keep(value: unknown, owner: CachedFunction): Kept;
  /** The durable side, where the options ask for one. */
  persistence(owner: CachedFunction): Persistence | undefined;
  /** Removes a function's entries from every store, also from one it no longer uses. */
  clearStores(owner: CachedFunction): undefined | Promise<void>;
}

/** An event without what the function adds to each. */
type Telling = CacheEvent extends infer E ? (E extends CacheEvent ? Omit<E, "id" | "name" | "kind"> : never) : never;

/** A cached function: its definition, its entries and the steps of a call. Emitted code holds one per mark. */
export class CachedFunction {
  definition: Definition;
  readonly policy: Policy;
  readonly root: Table;
  readonly receivers: Receivers;
  /** True while a hit needs nothing but the lookup: nobody listens, nothing validates, caching is on. */
  fast = false;
  /** Entries with a value over all tables, and their estimated bytes. */
  entries = 0;
  bytes = 0;
  hits = 0;
  misses = 0;
  /** Milliseconds of body that hits saved. */
  saved = 0;
  sweeping = false;
  persistence: Persistence | undefined = undefined;
  private resolved: Options | undefined = undefined;
  /** True where the order of use matters. */
  private bounded = false;
  /** Takes the parts of a call instead of answering it, while arguments are turned into a key. */
  private probe: ((parts: readonly unknown[]) => void) | undefined = undefined;
  /** The place `look` worked out, for the `run` that follows at once: hash functions run once per call. */
  private noted: { parts: readonly unknown[]; place: Place } | undefined = undefined;

  constructor(definition: Definition, policy: Policy) {
    this.definition = definition;
    this.policy = policy;
    this.root = new Table(this);
    this.receivers = new Receivers(this);
  }

  get name(): string {
    return this.definition.name;
  }

  get0(): unknown {
    return this.root.get0();
  }
  get1(a: unknown): unknown {
    return this.root.get1(a);
  }
  get2(a: unknown, b: unknown): unknown {
    return this.root.get2(a, b);
  }
  get3(a: unknown, b: unknown, c: unknown): unknown {
    return this.root.get3(a, b, c);
  }
  getN(parts: readonly unknown[]): unknown {
    return this.root.getN(parts);
  }
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown {
    return this.call(this.root, parts, body, args);
  }
  /** The entries of one receiver; they go when it goes. */
  of(receiver: unknown): Table {
    return this.receivers.of(receiver);
  }

  /** Every table that may hold entries. */
  tables(): Iterable<Table> {
    return this.receivers.tables();
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
    this.resolved = undefined;
    this.persistence = undefined;
    this.refresh();
  }

  /** Works out again whether hits may take the short way. */
  refresh(): void {
    const { resolved } = this;
    this.fast =
      resolved !== undefined &&
      state.settings.enabled &&
      resolved.validate === undefined &&
      state.listeners.size === 0 &&
      this.probe === undefined;
    this.bounded =
      resolved !== undefined &&
      Number.isFinite(Math.min(resolved.maxEntries, resolved.maxBytes, state.settings.maxBytes));
  }

  /** A hit that only hands out the value. */
  serveEasy(entry: Entry): unknown {
    if (hitsObserved()) return this.serve(entry);
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded) this.touch(entry);
    return entry.value;
  }

  /** The lookup in full: any kind of argument, any kind of entry. */
  look(table: Table, parts: readonly unknown[]): unknown {
    if (this.probe !== undefined) {
      this.probe(parts);
      return state.probed;
    }
    const { resolved } = this;
    if (resolved === undefined || resolved.validate !== undefined || !state.settings.enabled) return state.miss;
    const place = this.place(parts);
    const entry = table.at(place);
    if (entry?.ready && !isExpired(entry)) return this.serve(entry);
    this.noted = { parts, place };
    return state.miss;
  }

  /** Everything a lookup cannot answer: validate, join, read the store, or run the body. */
  call(table: Table, parts: readonly unknown[], body: () => unknown, args: readonly unknown[] = parts): unknown {
    if (!state.settings.enabled) return body();
    const { options } = this;
    const place = this.notedPlace(parts) ?? this.place(parts);
    let entry = table.at(place);
    if (entry?.ready && isExpired(entry)) {
      drop(entry, "expire");
      entry = undefined;
    }
    const again = () => this.call(table, parts, body, args);
    if (entry?.ready)
      return options.validate === undefined ? this.serve(entry) : this.validated(entry, options.validate, args, again);
    if (entry?.flight !== undefined) return this.join(entry, entry.flight);
    return this.compute(table.add(place), parts, body);
  }

  /** Where a call's entry sits. Up to three primitives are looked up as they are, anything else by its encoding. */
  place(parts: readonly unknown[]): Place {
    const { rules } = this.options;
    if (rules === undefined && parts.some(isSignalPart))
      parts = parts.map((part) => (isSignalPart(part) ? undefined : part));
    if (parts.length <= 3 && rules?.primitives !== true && parts.every(isPlain)) return parts;
    return encodeParts(parts, { name: this.name, parts: this.definition.parts }, rules);
  }

  private notedPlace(parts: readonly unknown[]): Place | undefined {
    const { noted } = this;
    this.noted = undefined;
    if (noted === undefined || noted.parts.length !== parts.length) return undefined;
    return parts.every((part, i) => Object.is(part, noted.parts[i])) ? noted.place : undefined;
  }

  /** What a caller gets on a hit. */
  private serve(entry: Entry, from: "memory" | "store" | "flight" = "memory"): unknown {
    const value = handOut(entry);
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded && entry.ready && entry.live) this.touch(entry);
    if (observed("hit")) this.tell({ type: "hit", from });
    return entry.promised ? Promise.resolve(value) : value;
  }

  private touch(entry: Entry): void {
    entry.used = ++state.tick;
    entry.table.touch(entry);
  }

  /** Asks `validate` about a value before it is served; what is not valid is dropped and computed again. */
  private validated(
    entry: Entry,
    validate: NonNullable<Options["validate"]>,
    args: readonly unknown[],
    again: () => unknown,
  ): unknown {
    if (isWithin(entry)) throw new RecursiveCallError(this.name);
    const value = handOut(entry);
    const settle = (isValid: unknown): unknown => {
      if (!isValid) {
        if (entry.live) drop(entry, "invalid");
        return again();
      }
      this.serve(entry);
      return entry.promised ? Promise.resolve(value) : value;
    };
    const failed = (error: unknown): unknown => {
      this.tell({ type: "error", operation: "validate", error });
      return settle(false);
    };
    const run = startRun(entry);
    let answer: unknown;
    try {
      answer = within(run, () => validate(value, ...args));
    } catch (error) {
      endRun(run);
      return failed(error);
    }
    if (!isThenable(answer)) {
      endRun(run);
      return settle(answer);
    }
    const later = Promise.resolve(answer).finally(() => endRun(run));
    if (this.definition.async === true || entry.promised) return later.then(settle, failed);
    later.catch(() => {});
    throw new InvalidOptionError(
      `${this.name}(): validate returned a promise, but the function is synchronous. Make the function async, or the check synchronous`,
    );
  }

  private join(entry: Entry, flight: Flight): unknown {
    if (flight.done === undefined) throw new RecursiveCallError(this.name);
    const leave = joinRun(flight.run);
    return flight.done.then(
      () => {
        leave();
        const value = this.serve(entry, "flight");
        return value;
      },
      (error: unknown) => {
        leave();
        throw error;
      },
    );
  }

  private compute(entry: Entry, parts: readonly unknown[], body: () => unknown): unknown {
    const run = startRun(entry);
    const flight: Flight = { run, done: undefined };
    entry.flight = flight;
    const finish = () => this.land(entry);
    let result: unknown;
    try {
      const persistence = this.persistenceFor(entry.table);
      const found = persistence?.lookup(entry, parts);
      if (isThenable(found)) {
        result = (found as Promise<Found | undefined>).then((stored) =>
          this.foundOrRun(entry, run, parts, body, stored),
        );
      } else {
        result = this.foundOrRun(entry, run, parts, body, found as Found | undefined);
      }
    } catch (error) {
      finish();
      throw error;
    }
    if (!isThenable(result)) {
      finish();
      return result;
    }
    entry.promised = this.definition.async !== true;
    flight.done = (result as Promise<unknown>).then(
      (value) => {
        finish();
        return value;
      },
      (error: unknown) => {
        finish();
        throw error;
      },
    );
    return flight.done;
  }

  private persistenceFor(table: Table): Persistence | undefined {
    if (this.options.persist === false || table !== this.root) return undefined;
    this.persistence ??= this.policy.persistence(this);
    return this.persistence;
  }

  private foundOrRun(
    entry: Entry,
    run: Run,
    parts: readonly unknown[],
    body: () => unknown,
    found: Found | undefined,
  ): unknown {
    if (found === undefined) return this.execute(entry, run, parts, body);
    this.fill(entry, found, found.cost, found.remaining);
    return this.serve(entry, "store");
  }

  private execute(entry: Entry, run: Run, parts: readonly unknown[], body: () => unknown): unknown {
    this.misses++;
    this.tell({ type: "miss" });
    const { clock } = state.settings;
    const started = clock.now();
    const hide = run.parent === undefined ? watch(this, parts.length > 0) : undefined;
    const failed = (error: unknown): never => {
      hide?.();
      this.tell({ type: "error", operation: "run", error });
      throw error;
    };
    let value: unknown;
    try {
      value = within(run, body);
    } catch (error) {
      return failed(error);
    }
    if (!(value instanceof Promise)) {
      hide?.();
      return this.store(entry, parts, value, clock.now() - started);
    }
    return value.then((settled) => {
      hide?.();
      return this.store(entry, parts, settled, clock.now() - started);
    }, failed);
  }

  /** Keeps a computed value, here and in the durable store, and hands it to the first caller. */
  private store(entry: Entry, parts: readonly unknown[], value: unknown, cost: number): unknown {
    this.fill(entry, this.policy.keep(value, this), cost, this.options.ttl);
    if (!entry.live) return value;
    const written = this.persistenceFor(entry.table)?.write(entry, parts);
    return written === undefined ? value : written.then(() => value);
  }

  private fill(entry: Entry, kept: Kept, cost: number, ttl: number): void {
    entry.value = kept.value;
    entry.give = kept.give;
    entry.bytes = kept.bytes;
    entry.cost = cost;
    if (ttl !== Number.POSITIVE_INFINITY) entry.expires = state.settings.clock.now() + ttl;
    if (!entry.live || !admit(this, entry)) return;
    entry.promised = entry.promised || (entry.flight?.done !== undefined && this.definition.async !== true);
    entry.easy =
      ttl === Number.POSITIVE_INFINITY && entry.give === undefined && !entry.promised && entry.replay === undefined;
    this.tell({ type: "write", duration: cost, bytes: entry.bytes });
    if (entry.live) scheduleSweep(this, entry.expires);
  }

  /** Ends a flight. A place that got no value is given back. */
  private land(entry: Entry): void {
    if (entry.flight !== undefined) endRun(entry.flight.run);
    entry.flight = undefined;
    if (!entry.ready && entry.live) entry.table.remove(entry);
  }

  /** Takes an entry that left its table out of the sums. */
  forget(entry: Entry): void {
    this.entries--;
    this.bytes -= entry.bytes;
    state.bytes -= entry.bytes;
  }

  /** Hands a resource that left the cache to `onRelease`, once. */
  release(entry: Entry): void {
    const { onRelease } = this.options;
    if (onRelease === undefined || this.policy.kind !== "resource") return;
    const failed = (error: unknown) => {
      this.tell({ type: "error", operation: "release", error });
      this.warn("release", `${this.name}(): onRelease failed`, error);
    };
    try {
      const ended = onRelease(entry.value);
      if (isThenable(ended)) Promise.resolve(ended).catch(failed);
    } catch (error) {
      failed(error);
    }
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
  clear(): void | Promise<void> {
    this.empty();
    this.tell({ type: "clear", all: true });
    return this.policy.clearStores(this);
  }

  /** Removes one entry, in memory and in the store. */
  clearAt(table: Table, parts: readonly unknown[]): undefined | Promise<void> {
    const entry = table.at(this.place(parts));
    if (entry !== undefined) {
      const { ready } = entry;
      table.remove(entry);
      if (ready) {
        this.forget(entry);
        this.release(entry);
      }
    }
    this.tell({ type: "clear", all: false });
    return table === this.root ? this.persistenceFor(table)?.clear(parts) : undefined;
  }

  /** True where a synchronous store holds an entry that is still good. */
  isStored(table: Table, parts: readonly unknown[]): boolean {
    return this.persistenceFor(table)?.has(parts) ?? false;
  }

  /** Warns of one kind of failure once in a process. */
  warn(kind: string, message: string, error: unknown): void {
    const key = `${this.definition.id}:${kind}`;
    if (state.warned.has(key)) return;
    state.warned.add(key);
    try {
      state.settings.onWarning(`cachet: ${message}: ${error instanceof Error ? error.message : String(error)}`);
    } catch {
      // A failing reporter must not fail the call it reports about.
    }
  }

  /** Emits an event, if anybody would hear it. */
  tell(event: Telling): void {
    if (!observed(event.type)) return;
    emit({ ...event, id: this.definition.id, name: this.name, kind: this.policy.kind } as CacheEvent);
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

const handOut = (entry: Entry): unknown => (entry.give === undefined ? entry.value : entry.give(entry.value));
const isPlain = (part: unknown): boolean =>
  typeof part === "object" ? part === null : typeof part !== "function" && typeof part !== "symbol";
const isSignalPart = (part: unknown): boolean => typeof part === "object" && part !== null && isSignal(part);
const isThenable = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
