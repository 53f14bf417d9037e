import type { CachedFunction } from "../call/cached-function.ts";
import type { Kept } from "../call/cached-value.ts";
import type { Entry, Place } from "../call/entry.ts";
import type { Table } from "../call/entry-table.ts";
import type { Run } from "../call/in-flight.ts";

/** What a lookup has shown and read on its way, when a function's widgets join its key. */
export interface Walk {
  /** The call's own key as text. */
  key: string;
  /** Place of the entry that belongs to the values read. */
  place: string;
  /** False where nobody has come this way: the body will tell which widgets come next. */
  isKnown: boolean;
  /** Results of the elements and widgets called so far, by step. */
  results: unknown[];
}

/** The part of the runtime that programs without elements and widgets never load. */
export interface Replayer {
  /** Keeps what a run has shown with its entry. True where the result was kept elsewhere, by the widgets that the run read. */
  keep(owner: CachedFunction, entry: Entry, run: Run, kept: Kept): boolean;
  /** Shows an entry's log again, from where `results` ends. A promise where an element has to be awaited. */
  replay(entry: Entry, results?: unknown[]): undefined | Promise<void>;
  /** The log as plain data for a store. */
  exportLog(log: unknown): unknown;
  /** The way back; `undefined` where a function it names is not loaded in this process. */
  importLog(data: unknown): unknown;
  /** A call of a function whose widgets join its key. */
  call(owner: CachedFunction, table: Table, place: Place, body: () => unknown, args: readonly unknown[]): unknown;
  /** Lets a run begin where a walk ended: what has been shown is not shown twice. */
  begin(run: Run, walk: Walk): void;
  /** Entries of a call, whatever its widgets gave. */
  variants(table: Table, key: string): Entry[];
}
