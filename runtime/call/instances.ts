import { state } from "../registry.ts";
import { NestedTable } from "./entry-table.ts";
import { isFresh } from "./expiry.ts";
import { subtractCollected } from "./sums.ts";
import type { CallableFunction, EntryTable, InstanceCalls, InstanceTables } from "./types.ts";

/** The calls of one instance's methods. */
class BoundCalls implements InstanceCalls {
  readonly table = new NestedTable();
  private readonly owner: CallableFunction;

  constructor(owner: CallableFunction) {
    this.owner = owner;
  }

  get0(): unknown {
    const entry = this.owner.fastPath ? this.table.find0() : undefined;
    if (entry?.fastPath === true) return this.owner.fastHit(entry);
    return this.owner.look(this.table, []);
  }
  get1(a: unknown): unknown {
    const entry = this.owner.fastPath ? this.table.find1(a) : undefined;
    if (entry?.fastPath === true) return this.owner.fastHit(entry);
    return isFresh(entry) ? this.owner.hit(entry) : this.owner.look(this.table, [a]);
  }
  get2(a: unknown, b: unknown): unknown {
    const entry = this.owner.fastPath ? this.table.find2(a, b) : undefined;
    if (entry?.fastPath === true) return this.owner.fastHit(entry);
    return isFresh(entry) ? this.owner.hit(entry) : this.owner.look(this.table, [a, b]);
  }
  get3(a: unknown, b: unknown, c: unknown): unknown {
    const entry = this.owner.fastPath ? this.table.find3(a, b, c) : undefined;
    if (entry?.fastPath === true) return this.owner.fastHit(entry);
    return isFresh(entry) ? this.owner.hit(entry) : this.owner.look(this.table, [a, b, c]);
  }
  getN(parts: readonly unknown[]): unknown {
    return this.owner.look(this.table, parts);
  }
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown {
    if (this.owner.policy.kind === "data") state.features.recordings?.refuse(this.owner);
    return this.owner.call(this.table, parts, body, args);
  }
}

/** What the function keeps of an instance: enough to reach its calls while it lives, and to settle its sums after. */
interface KnownInstance {
  /** As long as anybody can reach its entries, they count. */
  table: WeakRef<EntryTable>;
  sums: EntryTable["sums"];
  instance: WeakRef<object>;
}

/**
 * The calls of a method, by instance. They are held by the instance alone, so entries live and die with it even if a cached
 * value refers to it. `onRelease` is not called for what the garbage collector takes.
 */
class WeakInstances implements InstanceTables {
  private readonly owner: CallableFunction;
  private readonly byObject = new WeakMap<object, BoundCalls>();
  private readonly byPrimitive = new Map<unknown, BoundCalls>();
  private readonly known = new Set<KnownInstance>();
  private collected: FinalizationRegistry<KnownInstance> | undefined;

  constructor(owner: CallableFunction) {
    this.owner = owner;
  }

  of(instance: unknown): BoundCalls {
    const isObject = (typeof instance === "object" && instance !== null) || typeof instance === "function";
    const calls = isObject ? this.byObject.get(instance) : this.byPrimitive.get(instance);
    if (calls !== undefined) return calls;
    return isObject ? this.addObject(instance as object) : this.addPrimitive(instance);
  }

  private addPrimitive(instance: unknown): BoundCalls {
    const calls = new BoundCalls(this.owner);
    this.byPrimitive.set(instance, calls);
    return calls;
  }

  private addObject(instance: object): BoundCalls {
    const calls = new BoundCalls(this.owner);
    const known: KnownInstance = {
      table: new WeakRef(calls.table),
      sums: calls.table.sums,
      instance: new WeakRef(instance),
    };
    this.byObject.set(instance, calls);
    this.known.add(known);
    this.collected ??= new FinalizationRegistry((each) => this.forget(each));
    this.collected.register(calls.table, known);
    return calls;
  }

  /** Takes the entries of a collected instance out of the function's sums. */
  private forget(known: KnownInstance): void {
    if (this.known.delete(known)) subtractCollected(this.owner, known.sums);
  }

  settle(): void {
    for (const known of this.known) if (known.table.deref() === undefined) this.forget(known);
  }

  *tables(): Generator<EntryTable> {
    for (const { table } of this.byPrimitive.values()) yield table;
    for (const { table } of this.known) {
      const alive = table.deref();
      if (alive !== undefined) yield alive;
    }
  }

  select(instance: object | undefined): [unknown, EntryTable][] {
    return instance === undefined ? [...this.alive()] : [[instance, this.of(instance).table]];
  }

  private *alive(): Generator<[unknown, EntryTable]> {
    for (const [instance, { table }] of this.byPrimitive) yield [instance, table];
    for (const known of this.known) {
      const instance = known.instance.deref();
      const table = known.table.deref();
      if (instance !== undefined && table !== undefined) yield [instance, table];
    }
  }
}

/** For methods whose entries belong to their instance. */
export const instances = (owner: CallableFunction): InstanceTables => new WeakInstances(owner);
