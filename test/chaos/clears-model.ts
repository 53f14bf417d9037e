import { ClearedStore, type Reading } from "../../runtime/persist/cleared-store.ts";
import { ALL_DATA, callScope, functionScope } from "../../runtime/persist/scopes.ts";
import type { MaybePromise, Metadata, Store } from "../../runtime/stores/store.ts";
import { until } from "../stores/until.ts";
import { pause, seeded } from "./random.ts";

/** Where the processes of a model keep their entries, and what goes wrong there. */
export interface Medium {
  /** What went wrong so far, and how often. */
  readonly counts: Record<string, number>;
  /** The store of one process, which tells `listener` of its clears. */
  open(listener: MediumListener): Store;
  /** Loses something, or does something else to everybody. */
  disturb(): MaybePromise<void>;
  /** Waits a little, where what goes wrong takes its time. */
  pace?(): Promise<unknown>;
  /** Ends whatever is wrong. What was refused may still be done until this resolves, not after. */
  recover(): MaybePromise<void>;
  close(): MaybePromise<void>;
}

export interface MediumListener {
  /** A clear of scopes begins; what is returned is to be called once the store has taken it. */
  clearing(scopes: readonly string[]): () => void;
  /** While this is so clears that were taken, also before, may be lost for others than those who made them. */
  losing(isLosing: boolean): void;
}

/** What one run of the model did. */
export interface Counts {
  reads: number;
  found: number;
  writes: number;
  clears: number;
}

const FUNCTIONS = ["p/a.ts#f", "p/b.ts#g"];
const HASHES = ["c1:1", "c1:2"];
const CALLS = ["1", "2", "3"];
const SILENT = { read() {}, write() {}, clear() {}, tidy() {} };

/** When something was true from: a count of everything that happens in the model, in order. */
type Time = number;

/**
 * Several processes over one store that fails. Each value carries the time at which its body began. A read that begins after a clear must
 * not find a value from before it: in the process that cleared from the moment of its call, in others from the moment that the store knew.
 * @throws with the seed for the first value that is wrong.
 */
export class ClearsModel {
  readonly counts: Counts = { reads: 0, found: 0, writes: 0, clears: 0 };
  private readonly seed: number;
  private readonly random: () => number;
  private readonly medium: Medium;
  private readonly processes: { store: Store; cleared: ClearedStore; own: Map<string, Time> }[];
  private time: Time = 0;
  /** When each scope was last cleared, as the store knows it. */
  private readonly known = new Map<string, Time>();
  private readonly pending = new Set<Promise<unknown>>();

  constructor(seed: number, medium: Medium, processes = 3) {
    this.seed = seed;
    this.random = seeded(seed);
    this.medium = medium;
    let isSure = true;
    let losses = 0;
    const clearing = (scopes: readonly string[]) => {
      const begun = ++this.time;
      const before = losses;
      return () => {
        if (!isSure || losses !== before) return;
        for (const scope of scopes) this.known.set(scope, Math.max(begun, this.known.get(scope) ?? 0));
      };
    };
    const losing = (isLosing: boolean) => {
      isSure = !isLosing;
      losses++;
      this.known.clear();
    };
    this.processes = Array.from({ length: processes }, () => {
      const store = medium.open({ clearing, losing });
      const cleared = new ClearedStore(store);
      // As the runtime does.
      store.onInvalidate?.(({ isReconnected }) => void (isReconnected && cleared.mayHaveLost()));
      return { store, cleared, own: new Map<string, Time>() };
    });
  }

  /** So many steps of each process, or until there is no more time. */
  async run(steps: number, isOver: () => boolean = () => false): Promise<Counts> {
    try {
      await Promise.all(this.processes.flatMap((_, at) => [this.act(at, steps, isOver), this.act(at, steps, isOver)]));
      await this.recover();
      return this.counts;
    } finally {
      await this.medium.close();
    }
  }

  private async act(at: number, steps: number, isOver: () => boolean): Promise<void> {
    for (let i = 0; i < steps && !isOver(); i++) {
      const fn = this.pick(FUNCTIONS);
      const call = this.pick(CALLS);
      const dice = this.random();
      if (dice < 0.08) this.clear(at, fn, call);
      else if (dice < 0.11) await this.medium.disturb();
      else await this.readOne(at, fn, this.pick(HASHES), call);
      if (this.random() < 0.3) await pause(this.random);
      await this.medium.pace?.();
    }
  }

  /** The store is well again: then every clear must arrive, for everybody. */
  private async recover(): Promise<void> {
    await Promise.all(this.pending);
    await this.medium.recover();
    for (const { cleared } of this.processes) cleared.retry();
    await until(() => this.processes.every(({ cleared }) => undelivered(cleared) === 0), 300_000);
    for (const { own } of this.processes)
      for (const [scope, time] of own) this.known.set(scope, Math.max(time, this.known.get(scope) ?? 0));
    for (const at of this.processes.keys())
      for (const fn of FUNCTIONS)
        for (const hash of HASHES) for (const call of CALLS) await this.readOne(at, fn, hash, call);
    await Promise.all(this.pending);
  }

  /** A call: what the store has, else the body's value, which is written. */
  private async readOne(at: number, fn: string, hash: string, call: string): Promise<void> {
    const origin = { function: fn, hash };
    const key = `${fn}|${hash}|${call}`;
    const scopes = scopesOf(fn, call);
    const { store, cleared, own } = this.processes[at] as (typeof this.processes)[number];
    const begun = ++this.time;
    const since = Math.max(...scopes.map((scope) => Math.max(this.known.get(scope) ?? 0, own.get(scope) ?? 0)));
    this.counts.reads++;
    const reading: Reading = await cleared.read(key, origin, scopes, SILENT);
    if (reading.found !== undefined) return this.check(reading.found.bytes, { at, key, begun, since });
    const started = ++this.time;
    const epochs = reading.epochs ?? {};
    const lease = this.random() < 0.3 ? await this.tried(() => store.lock?.(key, origin, { epochs })) : undefined;
    if (this.random() < 0.5) await pause(this.random);
    this.counts.writes++;
    const meta: Metadata = { ...origin, written: started, cost: 1 };
    const bytes = new TextEncoder().encode(`${key} ${started}`);
    const written = Promise.resolve(cleared.write(key, bytes, meta, reading.epochs, SILENT)).then(() =>
      this.tried(() => lease?.release()),
    );
    if (this.random() < 0.5) await written;
    else this.track(written);
  }

  private check(bytes: Uint8Array, read: { at: number; key: string; begun: Time; since: Time }): void {
    this.counts.found++;
    const text = new TextDecoder().decode(bytes);
    const { at, key, begun, since } = read;
    const where = `seed ${this.seed}: process ${at} read a value of ${key}`;
    if (!text.startsWith(`${key} `)) throw new Error(`${where} that is ${JSON.stringify(text)}`);
    const computed = Number(text.slice(key.length + 1));
    if (computed < since) throw new Error(`${where} from ${computed} at ${begun}, after a clear at ${since}`);
  }

  private clear(at: number, fn: string, call: string): void {
    const scope = this.pick([ALL_DATA, functionScope(fn), callScope(functionScope(fn), call)]);
    const { store, cleared, own } = this.processes[at] as (typeof this.processes)[number];
    this.counts.clears++;
    const tidy = () => (this.random() < 0.5 ? store.clear(scope === ALL_DATA ? undefined : fn) : undefined);
    own.set(scope, ++this.time);
    this.track(Promise.resolve(cleared.clear([scope], tidy, SILENT)));
  }

  private async tried<T>(operation: () => MaybePromise<T>): Promise<T | undefined> {
    try {
      return await operation();
    } catch {
      return undefined;
    }
  }

  private track(promise: Promise<unknown>): void {
    const settled = promise.catch(() => {}).finally(() => this.pending.delete(settled));
    this.pending.add(settled);
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
}

const undelivered = (cleared: ClearedStore): number =>
  (cleared as unknown as { tombstones: { size: number } }).tombstones.size;

function scopesOf(fn: string, call: string): string[] {
  const scope = functionScope(fn);
  return [ALL_DATA, scope, callScope(scope, call)];
}
