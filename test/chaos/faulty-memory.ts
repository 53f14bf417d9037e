import { MemoryStore } from "../../runtime/stores/memory.ts";
import type { MaybePromise, Metadata, Origin, Store } from "../../runtime/stores/store.ts";
import type { Medium, MediumListener } from "./clears-model.ts";
import { pause } from "./random.ts";

/**
 * A store that refuses operations (before or after it did them, or long after it said that it did not), delays and reorders them, and
 * loses entries and epochs. `forgetsClears` makes one that is wrong, to show that the model finds it.
 */
export class FaultyMemory implements Medium {
  readonly counts = { refused: 0, late: 0, lost: 0 };
  private readonly random: () => number;
  private readonly hasEpochs: boolean;
  private readonly forgetsClears: boolean;
  private readonly data = new MemoryStore();
  /** What was written, to lose some of it. */
  private readonly written = new Map<string, Origin>();
  private readonly late = new Set<Promise<unknown>>();
  private isWell = false;

  constructor(random: () => number, hasEpochs: boolean, forgetsClears = false) {
    this.random = random;
    this.hasEpochs = hasEpochs;
    this.forgetsClears = forgetsClears;
  }

  open({ clearing }: MediumListener): Store {
    const { data } = this;
    const store: Store = {
      name: "faulty",
      sync: false,
      lookup: (key, origin) => this.fault(() => data.lookup(key, origin)),
      write: (key, bytes, meta) => this.fault(() => this.apply(key, bytes, meta, clearing)),
      delete: (key, origin) => this.fault(() => data.delete(key, origin)),
      clear: (id) => this.fault(() => data.clear(id)),
    };
    if (!this.hasEpochs) return store;
    return {
      ...store,
      readEpochs: (scopes) => this.fault(() => data.readEpochs(scopes)),
      renewEpochs: (scopes) =>
        this.fault(() => {
          if (!this.forgetsClears) data.renewEpochs(scopes);
          clearing(scopes)();
        }),
    };
  }

  /** The store forgets something: an entry, or all epochs at once as a server does that evicts their key. */
  disturb(): void {
    this.counts.lost++;
    const entries = [...this.written];
    const [key, origin] = entries[Math.floor(this.random() * entries.length)] ?? [];
    if (key !== undefined && origin !== undefined) this.data.delete(key, origin);
    if (this.hasEpochs && this.random() < 0.3) Reflect.set(this.data, "base", `lost-${this.counts.lost}`);
  }

  async recover(): Promise<void> {
    this.isWell = true;
    await Promise.all(this.late);
  }

  close(): void {}

  /** Where epochs are entries, writing one of a scope that was cleared is when the store knows. */
  private apply(key: string, bytes: Uint8Array, meta: Metadata, clearing: MediumListener["clearing"]): void {
    this.data.write(key, bytes, meta);
    this.written.set(key, meta);
    if (key.startsWith("epoch|")) clearing([key.slice(6)])();
  }

  /** An operation takes its time, may be refused, and may be done although it was refused, even much later. */
  private async fault<T>(operation: () => MaybePromise<T>): Promise<T> {
    await pause(this.random);
    const dice = this.isWell ? 1 : this.random();
    if (dice < 0.1) {
      this.counts.refused++;
      throw new Error("refused");
    }
    if (dice < 0.2) {
      this.counts.late++;
      this.late.add(pause(this.random, 5).then(operation));
      throw new Error("no answer");
    }
    const result = await operation();
    if (dice < 0.25) {
      this.counts.refused++;
      throw new Error("the answer was lost");
    }
    await pause(this.random);
    return result;
  }
}
