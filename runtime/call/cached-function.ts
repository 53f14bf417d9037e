import { hearsHits } from "#platform";
import { RecursiveCallError } from "../errors.ts";
import { state } from "../registry.ts";
import { compute } from "./compute.ts";
import { type Entry, handOut, isBare, isDirect, type Place } from "./entry.ts";
import type { Table } from "./entry-table.ts";
import { FunctionEntries } from "./function-state.ts";
import { joinRun, type Run } from "./in-flight.ts";
import type { Receivers } from "./instances.ts";
import { isExpired } from "./limits.ts";

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
    return (this.receivers as Receivers).of(receiver);
  }

  /** The lookup in full: any kind of argument, any kind of entry. */
  look(table: Table, parts: readonly unknown[]): unknown {
    if (this.probe !== undefined) {
      this.probe(parts);
      return state.probed;
    }
    if (!this.answers) return state.miss;
    if (this.watched !== undefined && performance.now() >= this.watched.next) this.watched.look();
    const known = table.trie === undefined || isDirect(parts) ? undefined : table.trie.find(parts);
    const place = known?.place ?? this.place(parts);
    const entry = known ?? table.at(place);
    if (entry?.ready && !isExpired(entry)) {
      if (known === undefined && typeof place === "string") this.learn(table, parts, entry);
      return this.serve(entry);
    }
    this.noted = { parts, place };
    return state.miss;
  }

  /** Lets the next call with these arguments be found without encoding them. A rule's result is not to be had without the rule. */
  private learn(table: Table, parts: readonly unknown[], entry: Entry): void {
    if (this.options.hashFuncs !== undefined) return;
    table.trie ??= this.use.argumentTrie?.();
    table.trie?.remember(parts, entry);
  }

  /** Everything a lookup cannot answer: validate, join, read the store, or run the body. */
  call(table: Table, parts: readonly unknown[], body: () => unknown, args: readonly unknown[] = parts): unknown {
    if (!state.settings.enabled) return body();
    const { options, use } = this;
    const place = this.notedPlace(parts) ?? this.place(parts);
    if (options.allowWidgets && state.replayer !== undefined)
      return state.replayer.call(this, table, place, body, args);
    const entry = table.at(place);
    if (entry?.ready && isExpired(entry)) this.limits?.expire(entry);
    else if (entry?.ready && options.validate === undefined) return this.serve(entry);
    else if (entry?.ready) return use.validate?.entry(this, entry, args, () => this.call(table, parts, body, args));
    else if (entry?.flight !== undefined) return this.join(entry, entry.flight);
    return compute(this, table, place, body, args);
  }

  private notedPlace(parts: readonly unknown[]): Place | undefined {
    const { noted } = this;
    this.noted = undefined;
    if (noted === undefined || noted.parts.length !== parts.length) return undefined;
    return parts.every((part, i) => Object.is(part, noted.parts[i])) ? noted.place : undefined;
  }

  /** What a caller gets on a hit, of an entry that has not expired. */
  serve(entry: Entry): unknown {
    if (this.fast && isBare(entry)) return this.serveEasy(entry);
    return this.answer(entry, handOut(entry), "memory");
  }

  /** A hit that only hands out the value. */
  serveEasy(entry: Entry): unknown {
    if (hearsHits()) return this.answer(entry, entry.value, "memory");
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded) touch(entry);
    return entry.value;
  }

  /** Counts a hit and shows what the run showed, from where a lookup with widgets has not shown it yet. */
  answer(entry: Entry, value: unknown, from: "memory" | "store" | "flight", results?: unknown[]): unknown {
    this.countHit(entry, from);
    const showing = entry.replay === undefined ? undefined : state.replayer?.replay(entry, results);
    if (showing !== undefined) return showing.then(() => value);
    return entry.promised ? Promise.resolve(value) : value;
  }

  private countHit(entry: Entry, from: "memory" | "store" | "flight"): void {
    this.hits++;
    this.saved += entry.cost;
    if (this.bounded && entry.ready && entry.live) touch(entry);
    if (hearsHits() || state.listeners.size > 0) this.tell({ type: "hit", from }, entry);
  }

  /** Waits for a run of the same call. A synchronous run can only be met from within itself. */
  join(entry: Entry, run: Run): unknown {
    if (run.done === undefined) throw new RecursiveCallError(this.name);
    const leave = joinRun(run);
    return run.done.finally(leave).then(() => this.answer(entry, handOut(entry), "flight"));
  }
}

function touch(entry: Entry): void {
  entry.used = ++state.tick;
  entry.table.touch(entry);
}
