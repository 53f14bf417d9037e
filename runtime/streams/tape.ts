import { end, keep } from "../call/compute.ts";
import { dropPending, joinRun, within } from "../call/in-flight.ts";
import type { CachedValue, Persistence, Run } from "../call/types.ts";
import { CallTimeoutError, LaggingReaderError, RecursiveCallError } from "../errors.ts";
import { state } from "../registry.ts";
import { Backlog } from "./backlog.ts";
import { type Chunk, endOf, RecordedStream } from "./recorded-stream.ts";
import type { Source, StreamStep } from "./source.ts";
import type { Track } from "./stream-reader.ts";
import { warnOfLength } from "./warn-of-length.ts";

/** Bytes of a stream that are recorded where no limit is given: it may never end. */
const MOST_BYTES = 64 * 2 ** 20;

/** What a tape is made for. */
export interface TapeUse {
  readonly run: Run;
  readonly persistence: Persistence | undefined;
  /** How callers get the recording, once it is whole. */
  readonly clone: CachedValue["clone"];
  /** Called when the first chunk is there, or none will be. */
  readonly hide: (() => void) | undefined;
}

/**
 * A stream that is being recorded. It goes on when the fastest of its readers asks for more; all others find in the backlog what they
 * have not read yet. It ends when the source does, or when its last reader has left.
 */
export class Tape {
  private readonly use: TapeUse;
  private readonly source: Source;
  private readonly backlog: Backlog;
  private readonly times: number[] | undefined;
  private readonly tracks = new Set<LiveTrack>();
  private readonly limit: number;
  private readonly began: number;
  /** Milliseconds that the source has taken. */
  private cost = 0;
  private result: Chunk | undefined = undefined;
  /** False once there is more than may be kept. */
  private isKept = true;
  private state: "open" | "ending" | "ended" | "failed" = "open";
  private error: unknown = undefined;
  /** Settles when the next chunk, the end or the failure is there. */
  private advancing: Promise<void> | undefined = undefined;
  private ended: () => void = () => {};

  constructor(source: Source, use: TapeUse) {
    const { run } = use;
    const { options } = run.owner;
    this.use = use;
    this.source = source;
    this.backlog = new Backlog(run.owner);
    this.times = options.replay === "paced" ? [] : undefined;
    this.began = state.settings.clock.now();
    this.limit = Math.min(options.maxBytes, state.settings.maxBytes);
    run.streaming = new Promise((resolve) => {
      this.ended = resolve;
    });
  }

  get isOpen(): boolean {
    return this.state === "open" || this.state === "ending";
  }

  /** A further reader's way through the stream, from its beginning. */
  open(): Track {
    const track = new LiveTrack(this);
    this.tracks.add(track);
    return track;
  }

  /** What a reader gets at a place. */
  step(track: LiveTrack, index: number): StreamStep | Promise<StreamStep> {
    const { backlog } = this;
    // From within itself it would for ever give what it reads.
    if (index === 0 && this.isOpen) this.join()();
    if (backlog.isGone(index)) {
      this.tracks.delete(track);
      throw new LaggingReaderError(this.use.run.owner.name, this.limitInUse);
    }
    if (backlog.has(index)) return { done: false, value: backlog.at(index) };
    if (this.state === "failed") throw this.error;
    if (this.state === "ended") return endOf(this.result);
    return this.waitFor(track, index);
  }

  private async waitFor(track: LiveTrack, index: number): Promise<StreamStep> {
    const stop = this.join();
    try {
      await this.advance();
    } finally {
      stop();
    }
    return this.step(track, index);
  }

  /** Notes that the current run waits for this one, until what it returns is called. */
  private join(): () => void {
    const { run } = this.use;
    const stop = joinRun(run);
    if (stop === undefined) throw new RecursiveCallError(run.owner.name);
    return stop;
  }

  /** Asks the source for the next chunk, for all who wait for it. */
  private advance(): Promise<void> {
    this.advancing ??= this.read().finally(() => {
      this.advancing = undefined;
    });
    return this.advancing;
  }

  private async read(): Promise<void> {
    const { run, hide } = this.use;
    const { clock } = state.settings;
    const started = clock.now();
    try {
      const step = await this.inTime(within(run, () => this.source.next()));
      const now = clock.now();
      this.cost += now - started;
      if (this.state !== "open") return;
      hide?.();
      if (step.done) await this.finish(step.value);
      else this.record(step.value, now);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Readers wait for one chunk as long as `timeout` lets callers wait. */
  private inTime(next: Promise<StreamStep>): Promise<StreamStep> {
    const { run } = this.use;
    const hard = run.owner.options.timeout?.hard;
    if (hard === undefined) return next;
    return new Promise((resolve, reject) => {
      const late = () => {
        const error = new CallTimeoutError(run.owner.name, hard);
        run.owner.emit({ type: "timeout", limit: "hard" }, run.entry);
        state.features.abort?.tell(run, error);
        reject(error);
      };
      const timer = setTimeout(late, hard * 1000);
      next.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  private record(value: unknown, now: number): void {
    this.backlog.add(value);
    this.times?.push(now - this.began);
    if (this.isKept && this.backlog.bytes > this.limitInUse) this.outgrow();
    if (this.isKept) return;
    this.backlog.trim(Math.min(...[...this.tracks].map(({ at }) => at)), this.limitInUse);
  }

  private get limitInUse(): number {
    return this.limit === Number.POSITIVE_INFINITY ? MOST_BYTES : this.limit;
  }

  /** From now on the stream is handed on and not kept. Who calls next runs the body. */
  private outgrow(): void {
    const { run } = this.use;
    this.isKept = false;
    dropPending(run);
    run.owner.emit({ type: "evict", reason: "tooLarge" }, run.entry);
    if (this.limit === Number.POSITIVE_INFINITY) warnOfLength(run.owner);
  }

  private async finish(value: unknown): Promise<void> {
    const { run, persistence, clone } = this.use;
    this.state = "ending";
    if (value !== undefined) this.result = this.backlog.keep(value, "the result");
    const { chunks, bytes } = this.backlog;
    if (this.isKept) {
      run.owner.lastCost = this.cost;
      const recording = new RecordedStream(this.source.form, this.times, chunks, this.result);
      const given =
        run.owner.options.ttlOf === undefined ? undefined : chunks.map((_, index) => this.backlog.at(index));
      await keep(run, given, persistence, { value: recording, clone, bytes });
    }
    this.state = "ended";
    this.end();
  }

  private fail(error: unknown): void {
    const { run } = this.use;
    const { owner, entry } = run;
    if (!this.isOpen) return;
    if (owner.options.errors !== undefined) state.features.errors?.keep(run, error, owner.definition.async === true);
    owner.emit({ type: "error", operation: "run", error }, entry);
    this.give(error);
    this.cancel(error).catch(() => {});
    this.end();
  }

  private end(): void {
    const { run } = this.use;
    run.streaming = undefined;
    end(run);
    this.ended();
  }

  /** Nothing more will come, and nothing is kept. */
  private give(error: unknown): void {
    this.use.hide?.();
    this.state = "failed";
    this.error = error;
    dropPending(this.use.run);
  }

  private async cancel(reason: unknown): Promise<void> {
    await within(this.use.run, () => this.source.cancel(reason));
  }

  /** A reader has left. Behind the last one the source ends; the promise settles when it has cleaned up. */
  leave(track: LiveTrack, reason: unknown): undefined | Promise<void> {
    this.tracks.delete(track);
    if (this.state !== "open" || this.tracks.size > 0) return undefined;
    const { run } = this.use;
    this.give(reason ?? new DOMException("Nobody reads the stream any more", "AbortError"));
    const tell = () => state.features.abort?.abandon(run, this.error);
    // What a body waits for may end only by its signal; one that waits for nothing first cleans up undisturbed.
    const isWaiting = this.advancing !== undefined;
    if (isWaiting) tell();
    const cancelled = this.cancel(reason).finally(() => {
      if (!isWaiting) tell();
      this.end();
    });
    if (!isWaiting) return cancelled;
    cancelled.catch(() => {});
    return undefined;
  }

  /** Resolves when the first chunk is there; rejects if the source fails before. */
  async begin(): Promise<void> {
    await this.advance();
    if (this.state === "failed" && !this.backlog.has(0)) throw this.error;
  }

  /** Reads the stream to its end for nobody but the cache, as far as that can keep it. */
  async drain(): Promise<void> {
    const track = this.open();
    for (let index = 0; this.isKept; index++) if ((await track.step(index)).done) return;
    await track.leave();
  }
}

class LiveTrack implements Track {
  /** The place of the chunk that is read next. */
  at = 0;
  private readonly tape: Tape;

  constructor(tape: Tape) {
    this.tape = tape;
  }

  step(index: number): StreamStep | Promise<StreamStep> {
    this.at = index;
    return this.tape.step(this, index);
  }

  leave(reason: unknown): undefined | Promise<void> {
    return this.tape.leave(this, reason);
  }
}
