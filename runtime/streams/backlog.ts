import { materialize } from "../call/entry.ts";
import type { CachedFunction, CachedValue } from "../call/types.ts";
import { UnstorableValueError } from "../errors.ts";
import type { Chunk } from "./recorded-stream.ts";

/** The chunks of a stream that is being recorded: all of them, or where that is too much those that a reader still needs. */
export class Backlog {
  readonly chunks: Chunk[] = [];
  /** Of those chunks. */
  bytes = 0;
  private readonly owner: CachedFunction;
  private readonly sizes: number[] = [];
  /** How many chunks are gone. */
  private gone = 0;
  /** The last chunk as it came: its first reader gets that and no copy. */
  private original: { index: number; value: unknown } | undefined = undefined;

  constructor(owner: CachedFunction) {
    this.owner = owner;
  }

  /** The place of the next chunk. */
  get length(): number {
    return this.gone + this.chunks.length;
  }

  has(index: number): boolean {
    return index < this.length;
  }

  isGone(index: number): boolean {
    return index < this.gone;
  }

  /** @throws UnstorableValueError naming the chunk. */
  add(value: unknown): void {
    const index = this.length;
    const { value: kept, clone, bytes } = this.keep(value, `chunk ${index}`);
    this.chunks.push({ value: kept, clone });
    this.sizes.push(bytes);
    this.bytes += bytes;
    this.original = clone === undefined ? undefined : { index, value };
  }

  /** A value of the stream as the cache keeps it. */
  keep(value: unknown, what: string): CachedValue {
    try {
      return this.owner.policy.snapshot(value, this.owner);
    } catch (error) {
      if (!(error instanceof UnstorableValueError)) throw error;
      const { path, type } = error;
      const where = { function: this.owner.name, path: path.replace(/^result/, what), type };
      throw new UnstorableValueError({ ...where, hint: "Let the stream give plain data" });
    }
  }

  /** What a reader gets. */
  at(index: number): unknown {
    const { original } = this;
    if (original?.index !== index) return materialize(this.chunks[index - this.gone] as Chunk);
    this.original = undefined;
    return original.value;
  }

  /** Forgets what lies before the slowest reader; beyond so many bytes also what that one still needs. */
  trim(slowest: number, mostBytes: number): void {
    let count = 0;
    while (count < this.chunks.length - 1 && (this.gone + count < slowest || this.bytes > mostBytes))
      this.bytes -= this.sizes[count++] ?? 0;
    this.chunks.splice(0, count);
    this.sizes.splice(0, count);
    this.gone += count;
  }
}
