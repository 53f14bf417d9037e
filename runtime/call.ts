import type { Entry, Place } from "./entry.ts";
import { InvalidOptionError, RecursiveCallError } from "./errors.ts";
import { hitsObserved, observed } from "./events.ts";
import { FunctionEntries, isThenable } from "./function-entries.ts";
import { endRun, type Flight, holdsLease, isWithin, joinRun, type Run, startRun, within } from "./in-flight.ts";
import { admit, drop, isExpired, scheduleSweep } from "./limits.ts";
import type { Options } from "./options.ts";
import type { Persistence } from "./persistence.ts";
import type { Walk } from "./replayer.ts";
import { watch } from "./spinner.ts";
import { state } from "./state.ts";
import type { Table } from "./table.ts";

/** What is kept of a value, and how callers get it back. */
export interface Kept {
  value: unknown;
  /** Makes a caller's own copy; absent where the value itself can be handed out. */
  give: ((kept: unknown) => unknown) | undefined;
  bytes: number;
}

/** A stored entry, decoded. */
export interface Found extends Kept {
  /** Milliseconds it may still live. */
  remaining: number;
  /** Milliseconds the body once took. */
  cost: number;
  /** What the body showed. */
  replay: unknown;
}

/**
 * A cached function, as emitted code holds it: one per mark. A call goes
 * `get` (lookup) → `call` (validate, join, or) → `compute` (durable store, or) → `execute` (the body) → `keep`.
 */
export class CachedFunction extends FunctionEntries {
  /** The place `look` worked out, for the `run` that follows at once: hash functions run once per call. */
  private noted: { parts: readonly unknown[]; place: Place } | undefined = undefined;

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
    return this.look(this.root, parts);
  }
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown {
    return this.call(this.root, parts, body, args);
  }
  /** The entries of one receiver; they go when it goes. */
  of(receiver: unknown): Table {
    return this.receivers.of(receiver);
  }

  /** A hit that only hands out the value. */
  serveEasy(entry: Entry): unknown {
    if (hitsObserved()) return this.serve(entry);
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded) touch(entry);
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
    const { validate, allowWidgets } = this.options;
    const place = this.notedPlace(parts) ?? this.place(parts);
    if (allowWidgets && state.replayer !== undefined) {
      return this.callWithWidgets(table, state.replayer.walk(table, this.textOf(place)), body, args);
    }
    const entry = table.at(place);
    if (entry?.ready && isExpired(entry)) drop(entry, "expire");
    else if (entry?.ready && validate === undefined) return this.serve(entry);
    else if (entry?.ready && validate !== undefined) {
      return this.validated(entry, validate, args, () => this.call(table, parts, body, args));
    } else if (entry?.flight !== undefined) return this.join(entry, entry.flight);
    return this.compute(table, place, body);
  }

  /** The widgets have been read: their values lead to the entry, or the body goes on from there. */
  private callWithWidgets(table: Table, walk: Walk, body: () => unknown, args: readonly unknown[]): unknown {
    const { validate } = this.options;
    const entry = table.at(walk.place);
    const compute = () => this.compute(table, walk.place, body, walk);
    if (entry?.ready && isExpired(entry)) drop(entry, "expire");
    else if (entry?.ready && validate === undefined) return this.answer(entry, handOut(entry), "memory", walk.results);
    else if (entry?.ready && validate !== undefined)
      return this.validated(entry, validate, args, compute, walk.results);
    else if (entry?.flight !== undefined) return this.join(entry, entry.flight);
    return compute();
  }

  private notedPlace(parts: readonly unknown[]): Place | undefined {
    const { noted } = this;
    this.noted = undefined;
    if (noted === undefined || noted.parts.length !== parts.length) return undefined;
    return parts.every((part, i) => Object.is(part, noted.parts[i])) ? noted.place : undefined;
  }

  /** What a caller gets on a hit. */
  private serve(entry: Entry, from: "memory" | "store" | "flight" = "memory"): unknown {
    return this.answer(entry, handOut(entry), from);
  }

  /** Counts a hit and shows what the run showed, from where a lookup with widgets has not shown it yet. */
  private answer(entry: Entry, value: unknown, from: "memory" | "store" | "flight", results?: unknown[]): unknown {
    this.countHit(entry, from);
    const showing = entry.replay === undefined ? undefined : state.replayer?.replay(entry, results);
    if (showing !== undefined) return showing.then(() => value);
    return entry.promised ? Promise.resolve(value) : value;
  }

  private countHit(entry: Entry, from: "memory" | "store" | "flight"): void {
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded && entry.ready && entry.live) touch(entry);
    if (observed("hit")) this.tell({ type: "hit", from }, entry);
  }

  /** Asks `validate` about a value before it is served; what is not valid is dropped and computed again. */
  private validated(
    entry: Entry,
    validate: NonNullable<Options["validate"]>,
    args: readonly unknown[],
    again: () => unknown,
    results?: unknown[],
  ): unknown {
    if (isWithin(entry)) throw new RecursiveCallError(this.name);
    const value = handOut(entry);
    const settle = (isValid: unknown): unknown => {
      if (!isValid) {
        if (entry.live) drop(entry, "invalid");
        return again();
      }
      return this.answer(entry, value, "memory", results);
    };
    const failed = (error: unknown): unknown => {
      this.tell({ type: "error", operation: "validate", error }, entry);
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

  /** Waits for a run of the same call. A synchronous run can only be met from within itself. */
  private join(entry: Entry, flight: Flight): unknown {
    if (flight.done === undefined) throw new RecursiveCallError(this.name);
    const leave = joinRun(flight.run);
    return flight.done.finally(leave).then(() => this.serve(entry, "flight"));
  }

  private compute(table: Table, place: Place, body: () => unknown, walk?: Walk): unknown {
    const persistence = this.persistence(table);
    const entry = table.add(place);
    const flight: Flight = { run: startRun(entry), done: undefined };
    entry.flight = flight;
    if (walk !== undefined) state.replayer?.begin(flight.run, walk);
    let result: unknown;
    try {
      result =
        persistence === undefined
          ? this.execute(entry, flight.run, body)
          : this.throughStore(entry, flight.run, body, persistence);
    } catch (error) {
      this.land(entry, flight);
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.land(entry, flight);
      return result;
    }
    entry.promised = this.definition.async !== true;
    flight.done = result.finally(() => this.land(entry, flight));
    return flight.done;
  }

  /** Takes what the durable store has, else computes; where the store knows locks, only one process does. */
  private throughStore(entry: Entry, run: Run, body: () => unknown, persistence: Persistence): unknown {
    const compute = () => this.execute(entry, run, body, persistence);
    const found = persistence.lookup(entry);
    if (found instanceof Promise) {
      return found.then((stored) => this.foundOr(entry, stored, () => this.locked(entry, run, compute, persistence)));
    }
    if (this.definition.async === true) {
      return this.foundOr(entry, found, () => this.locked(entry, run, compute, persistence));
    }
    return this.foundOr(entry, found, () => this.lockedSync(entry, run, compute, persistence));
  }

  private async locked(entry: Entry, run: Run, compute: () => unknown, persistence: Persistence): Promise<unknown> {
    const waiting = persistence.lock(entry.place, holdsLease(run));
    if (waiting === undefined) return compute();
    const lease = await waiting;
    run.leased = lease !== undefined;
    try {
      // Whoever held the lock before may have left the result.
      return await this.foundOr(entry, await persistence.lookup(entry), compute);
    } finally {
      await lease?.release();
    }
  }

  private lockedSync(entry: Entry, run: Run, compute: () => unknown, persistence: Persistence): unknown {
    const waited = persistence.lockSync(entry.place, holdsLease(run));
    if (waited === undefined) return compute();
    const { lease } = waited;
    run.leased = lease !== undefined;
    const release = () => void lease?.release();
    let result: unknown;
    try {
      result = this.foundOr(entry, persistence.lookup(entry) as Found | undefined, compute);
    } catch (error) {
      release();
      throw error;
    }
    if (result instanceof Promise) return result.finally(release);
    release();
    return result;
  }

  private foundOr(entry: Entry, found: Found | undefined, compute: () => unknown): unknown {
    if (found === undefined) return compute();
    this.fill(entry, found, found.cost, found.remaining);
    entry.replay = found.replay;
    return this.answer(entry, handOut(entry), "store");
  }

  private execute(entry: Entry, run: Run, body: () => unknown, persistence?: Persistence): unknown {
    this.misses++;
    this.tell({ type: "miss" }, entry);
    const started = state.settings.clock.now();
    const hide = run.parent === undefined ? watch(this, entry.place.length > 0) : undefined;
    const failed = (error: unknown): never => {
      hide?.();
      this.tell({ type: "error", operation: "run", error }, entry);
      throw error;
    };
    const succeeded = (value: unknown): unknown => {
      hide?.();
      this.lastCost = state.settings.clock.now() - started;
      return this.keep(entry, value, persistence);
    };
    let value: unknown;
    try {
      value = within(run, body);
    } catch (error) {
      return failed(error);
    }
    return value instanceof Promise ? value.then(succeeded, failed) : succeeded(value);
  }

  /** Keeps a computed value, here and in the durable store, and hands it to the first caller. */
  private keep(entry: Entry, value: unknown, persistence: Persistence | undefined): unknown {
    const kept = this.policy.keep(value, this);
    const run = entry.flight?.run;
    if (run !== undefined) entry.replay = state.replayer?.logOf(run);
    const place = run === undefined ? undefined : state.replayer?.placeOf(run);
    if (place !== undefined && place !== entry.place) return this.keepElsewhere(entry, place, kept, value);
    const bytes = entry.live ? persistence?.encode(kept.value, entry.replay) : undefined;
    this.fill(entry, kept, this.lastCost, this.options.ttl);
    if (bytes === undefined || !entry.live) return value;
    const written = persistence?.write(entry, bytes);
    return written === undefined ? value : written.then(() => value);
  }

  /** The run has read widgets: its result belongs to their values. Those who wait take it from where it was computed. */
  private keepElsewhere(entry: Entry, place: Place, kept: Kept, value: unknown): unknown {
    Object.assign(entry, { value: kept.value, give: kept.give, cost: this.lastCost });
    if (!entry.live) return value;
    const old = entry.table.at(place);
    if (old !== undefined) drop(old, "invalid");
    const variant = entry.table.add(place);
    variant.replay = entry.replay;
    this.fill(variant, kept, this.lastCost, this.options.ttl);
    variant.promised = entry.flight?.done !== undefined && this.definition.async !== true;
    return value;
  }

  /** Puts a value into an entry and, unless it was cleared meanwhile, the entry into the cache. */
  private fill(entry: Entry, kept: Kept, cost: number, ttl: number): void {
    const mayStay = ttl === Number.POSITIVE_INFINITY;
    entry.value = kept.value;
    entry.give = kept.give;
    entry.bytes = kept.bytes;
    entry.cost = cost;
    entry.promised = entry.flight?.done !== undefined && this.definition.async !== true;
    if (!mayStay) {
      entry.expires = state.settings.clock.now() + ttl;
      this.lifetime = this.options.ttl;
    }
    if (!entry.live || !admit(this, entry)) return;
    entry.easy = mayStay && entry.give === undefined && !entry.promised && entry.replay === undefined;
    this.tell({ type: "write", duration: cost, bytes: entry.bytes }, entry);
    scheduleSweep(this, entry.expires);
  }

  /** Ends a flight. A place that got no value is given back. */
  private land(entry: Entry, flight: Flight): void {
    endRun(flight.run);
    entry.flight = undefined;
    if (!entry.ready && entry.live) entry.table.remove(entry);
  }
}

function touch(entry: Entry): void {
  entry.used = ++state.tick;
  entry.table.touch(entry);
}

const handOut = (entry: Entry): unknown => (entry.give === undefined ? entry.value : entry.give(entry.value));
