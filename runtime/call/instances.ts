import { state } from "../registry.ts";
import { Table } from "./entry-table.ts";
import type { FunctionEntries } from "./function-state.ts";

/** What the function keeps of a receiver's table: enough to reach it while it lives, and to settle its sums after. */
interface Record {
  ref: WeakRef<Table>;
  sums: Table["sums"];
  receiver: WeakRef<object>;
}

/**
 * The tables of a method, one per receiver. A table is held by its receiver alone, so entries live and die with the
 * instance even where a cached value refers to it. `onRelease` is not called for what the garbage collector takes.
 */
export class Receivers {
  private readonly owner: FunctionEntries;
  private readonly byObject = new WeakMap<object, Table>();
  private readonly byPrimitive = new Map<unknown, Table>();
  private readonly records = new Set<Record>();
  private gone: FinalizationRegistry<Record> | undefined;

  constructor(owner: FunctionEntries) {
    this.owner = owner;
  }

  /** The table of a receiver; primitives and `undefined` count by value. */
  of(receiver: unknown): Table {
    const isObject = (typeof receiver === "object" && receiver !== null) || typeof receiver === "function";
    const table = isObject ? this.byObject.get(receiver) : this.byPrimitive.get(receiver);
    if (table !== undefined) return table;
    return isObject ? this.addObject(receiver as object) : this.addPrimitive(receiver);
  }

  private addPrimitive(receiver: unknown): Table {
    const table = new Table(this.owner);
    this.byPrimitive.set(receiver, table);
    return table;
  }

  private addObject(receiver: object): Table {
    const table = new Table(this.owner);
    const record: Record = { ref: new WeakRef(table), sums: table.sums, receiver: new WeakRef(receiver) };
    this.byObject.set(receiver, table);
    this.records.add(record);
    this.gone ??= new FinalizationRegistry((record) => this.bury(record));
    this.gone.register(table, record);
    return table;
  }

  /** Takes the entries of a receiver that is gone out of the function's sums. */
  private bury(record: Record): void {
    if (!this.records.delete(record)) return;
    this.owner.entries -= record.sums.entries;
    this.owner.bytes -= record.sums.bytes;
    state.bytes -= record.sums.bytes;
  }

  /** The same for all receivers that are gone, without waiting for the garbage collector to tell. */
  settle(): void {
    for (const record of this.records) if (record.ref.deref() === undefined) this.bury(record);
  }

  /** Every table that is still alive, the function's own first. */
  *tables(): Generator<Table> {
    yield this.owner.root;
    yield* this.byPrimitive.values();
    for (const record of this.records) {
      const table = record.ref.deref();
      if (table !== undefined) yield table;
    }
  }

  /**
   * The receivers that a question is about, with their tables: the one it names, or all that are alive. `undefined` for a
   * function that was never called on a receiver and need not be.
   */
  asked(instance: object | undefined): [unknown, Table][] | undefined {
    const isUsed = this.byPrimitive.size > 0 || this.gone !== undefined;
    if (!isUsed && this.owner.definition.this !== "identity") return undefined;
    return instance === undefined ? [...this.receivers()] : [[instance, this.of(instance)]];
  }

  /** Every receiver that is still alive, with its table. */
  private *receivers(): Generator<[unknown, Table]> {
    for (const [receiver, table] of this.byPrimitive) yield [receiver, table];
    for (const record of this.records) {
      const receiver = record.receiver.deref();
      const table = record.ref.deref();
      if (receiver !== undefined && table !== undefined) yield [receiver, table];
    }
  }
}

/** For methods whose entries belong to their instance. */
export const receivers = (owner: FunctionEntries): Receivers => new Receivers(owner);
