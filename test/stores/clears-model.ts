import { ClearedStore, type Reading } from "../../runtime/persist/cleared-store.ts";
import { ALL_DATA, callScope, functionScope } from "../../runtime/persist/scopes.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import type { MaybePromise, Metadata, Origin, Store } from "../../runtime/stores/store.ts";
import { seeded } from "./flaky-store.ts";

/** What one run of the model did. */
export interface Counts {
  reads: number;
  found: number;
  writes: number;
  clears: number;
  refused: number;
  late: number;
  lost: number;
}

const FUNCTIONS = ["p/a.ts#f", "p/b.ts#g"];
const HASHES = ["c1:1", "c1:2"];
const CALLS = ["1", "2", "3"];
const SILENT = { read() {}, write() {}, clear() {}, tidy() {} };

/** When something was true from: a count of everything that happens in the model, in order. */
type Time = number;

/**
 * Several processes over one store that refuses operations (before or after it did them, or long after it said that it did not), delays and
 * reorders them, and loses entries and epochs. Each value carries the time at which its body began. A read that begins after
 * a clear must not find a value from before it: in the process that cleared from the moment of its call, in others from the moment
 * that the store knew.
 * @throws with the seed for the first value that is wrong.
 */
export class ClearsModel {
  readonly counts: Counts = { reads: 0, found: 0, writes: 0, clears: 0, refused: 0, late: 0, lost: 0 };
  private readonly seed: number;
  private readonly random: () => number;
  private readonly data: MemoryStore;
  private readonly hasEpochs: boolean;
  private readonly processes: ClearedStore[];
  private time: Time = 0;
  /** When each scope was last cleared, as the store knows it and as each process does. */
  private readonly known = new Map<string, Time>();
  private readonly own: Map<string, Time>[];
  private isWell = false;
  private readonly pending = new Set<Promise<unknown>>();

  private readonly forgetsClears: boolean;

  /** `forgetsClears` makes a store that is wrong, to show that the model finds it. */
  constructor(seed: number, hasEpochs: boolean, forgetsClears = false, processes = 3) {
    this.seed = seed;
    this.forgetsClears = forgetsClears;
    this.random = seeded(seed);
    this.hasEpochs = hasEpochs;
    this.data = new MemoryStore();
    this.own = Array.from({ length: processes }, () => new Map());
    this.processes = this.own.map(() => new ClearedStore(this.faulty()));
  }

  async run(steps: number): Promise<Counts> {
    const work = this.processes.flatMap((_, at) => [this.act(at, steps), this.act(at, steps)]);
    await Promise.all(work);
    // The store recovers: then every clear must arrive.
    this.isWell = true;
    await Promise.all(this.pending);
    for (const each of this.processes) each.retry();
    await this.settle();
    for (const at of this.processes.keys()) for (const fn of FUNCTIONS) await this.readOne(at, fn, "1");
    return this.counts;
  }

  private async act(at: number, steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      const fn = this.pick(FUNCTIONS);
      const call = this.pick(CALLS);
      const dice = this.random();
      if (dice < 0.08) this.clear(at, fn, call);
      else if (dice < 0.11) this.lose();
      else await this.readOne(at, fn, call);
      if (this.random() < 0.3) await this.pause();
    }
  }

  /** A call: what the store has, else the body's value, which is written. */
  private async readOne(at: number, fn: string, call: string): Promise<void> {
    const origin = { function: fn, hash: this.pick(HASHES) };
    const key = `${fn}|${origin.hash}|${call}`;
    const scopes = scopesOf(fn, call);
    const begun = ++this.time;
    const cleared = Math.max(
      ...scopes.map((scope) => Math.max(this.known.get(scope) ?? 0, this.own[at]?.get(scope) ?? 0)),
    );
    const process = this.processes[at] as ClearedStore;
    this.counts.reads++;
    const reading: Reading = await process.read(key, origin, scopes, SILENT);
    if (reading.found !== undefined) {
      this.counts.found++;
      const computed = Number(new TextDecoder().decode(reading.found.bytes));
      if (computed < cleared && cleared <= begun)
        throw new Error(
          `seed ${this.seed}: process ${at} read a value of ${key} from ${computed} at ${begun}, after a clear at ${cleared}`,
        );
      return;
    }
    const started = ++this.time;
    if (this.random() < 0.5) await this.pause();
    this.counts.writes++;
    const bytes = new TextEncoder().encode(String(started));
    const meta: Metadata = { ...origin, written: started, cost: 1 };
    const written = Promise.resolve(process.write(key, bytes, meta, reading.epochs, SILENT));
    if (this.random() < 0.5) await written;
    else this.track(written);
  }

  private clear(at: number, fn: string, call: string): void {
    const scope = this.pick([ALL_DATA, functionScope(fn), callScope(functionScope(fn), call)]);
    this.counts.clears++;
    const tidy = () => (this.random() < 0.5 ? this.data.clear(fn) : undefined);
    this.own[at]?.set(scope, ++this.time);
    this.track(Promise.resolve(this.processes[at]?.clear([scope], tidy, SILENT)));
  }

  /** The store forgets something: an entry, or all epochs at once as a server does that evicts their key. */
  private lose(): void {
    this.counts.lost++;
    const keys = [...(this.data as unknown as { entries: Map<string, unknown> }).entries.keys()];
    const key = keys[Math.floor(this.random() * keys.length)];
    if (key !== undefined) this.data.delete(key);
    if (this.hasEpochs && this.random() < 0.3) Reflect.set(this.data, "base", `lost-${++this.time}`);
  }

  private faulty(): Store {
    const { data } = this;
    const store: Store = {
      name: "faulty",
      sync: false,
      lookup: (key) => this.fault(() => data.lookup(key)),
      write: (key, bytes, meta) => this.fault(() => this.apply(key, bytes, meta)),
      delete: (key) => this.fault(() => data.delete(key)),
      clear: (id) => this.fault(() => data.clear(id)),
    };
    if (!this.hasEpochs) return store;
    return {
      ...store,
      readEpochs: (scopes) => this.fault(() => data.readEpochs(scopes)),
      renewEpochs: (scopes) =>
        this.fault(() => {
          if (!this.forgetsClears) data.renewEpochs(scopes);
          for (const scope of scopes) this.known.set(scope, ++this.time);
        }),
    };
  }

  /** Where epochs are entries, writing one of a scope that was cleared is when the store knows. */
  private apply(key: string, bytes: Uint8Array, meta: Metadata): void {
    this.data.write(key, bytes, meta);
    if (key.startsWith("epoch|")) this.known.set(key.slice(6), ++this.time);
  }

  /** An operation takes its time, may be refused, and may be done although it was refused, even much later. */
  private async fault<T>(operation: () => MaybePromise<T>): Promise<T> {
    await this.pause();
    const dice = this.isWell ? 1 : this.random();
    if (dice < 0.1) {
      this.counts.refused++;
      throw new Error("refused");
    }
    if (dice < 0.2) {
      this.counts.late++;
      this.track(this.pause(5).then(operation));
      throw new Error("no answer");
    }
    const result = await operation();
    if (dice < 0.25) {
      this.counts.refused++;
      throw new Error("the answer was lost");
    }
    await this.pause();
    return result;
  }

  /** Lets others go first, up to so many times. */
  private async pause(most = 3): Promise<void> {
    for (let left = Math.floor(this.random() * most); left > 0; left--)
      await new Promise((resolve) => setImmediate(resolve));
  }

  private async settle(): Promise<void> {
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  private track(promise: Promise<unknown>): void {
    const settled = promise.catch(() => {}).finally(() => this.pending.delete(settled));
    this.pending.add(settled);
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
}

function scopesOf(fn: string, call: string): string[] {
  const scope = functionScope(fn);
  return [ALL_DATA, scope, callScope(scope, call)];
}

export type { Origin };
