import { onAbort } from "../call/on-abort.ts";
import { isPromise } from "../call/thenable.ts";
import { CachetError } from "../errors.ts";
import type { StreamStep } from "./source.ts";

/** Where a reader has its chunks from. */
export interface Track {
  /** The chunk at a place, or the end; asked for in order, one at a time. Throws or rejects where the stream has failed. */
  step(index: number): StreamStep | Promise<StreamStep>;
  /** Its reader wants no more. A promise if somebody has to clean up. */
  leave(reason?: unknown): unknown;
}

/** What `await using` calls, where the engine knows it. */
const DISPOSE: unique symbol = ((Symbol as { asyncDispose?: symbol }).asyncDispose ?? Symbol("dispose")) as never;

const DONE: StreamStep = { done: true, value: undefined };

/** A call of `next` that is not answered yet. */
interface Waiter {
  resolve(step: StreamStep): void;
  reject(error: unknown): void;
}

/**
 * One reader of a stream, as an async generator: calls of `next` are answered in order. Unlike one it stops at once if it is told
 * to, whatever it waits for.
 */
export class StreamReader implements AsyncGenerator<unknown, unknown, unknown> {
  private readonly name: string;
  private readonly track: Track;
  private at = 0;
  private isOver = false;
  /** What the next call of `next` is told. */
  private failure: { error: unknown } | undefined = undefined;
  private readonly waiting = new Set<Waiter>();
  /** Settles when what was asked for so far is answered. */
  private tail: Promise<void> | undefined = undefined;
  private signal: AbortSignal | undefined = undefined;
  private unheed: (() => void) | undefined = undefined;
  private readonly abort = (): void => this.fail(this.signal?.reason);

  /** `name`: the cached function's, for messages. */
  constructor(name: string, track: Track) {
    this.name = name;
    this.track = track;
  }

  next(sent?: unknown): Promise<StreamStep> {
    if (sent !== undefined) return Promise.reject(this.oneWay());
    if (this.tail !== undefined) return this.wait(this.tail.then(() => this.step()));
    try {
      const step = this.step();
      return isPromise(step) ? this.wait(step) : Promise.resolve(step);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private oneWay(): CachetError {
    const text =
      "what a reader sends can't reach the body of a stream that several read. Call `next()` without a value, or pass it as an argument of the function";
    return new CachetError("CACHET_ONE_WAY_STREAM", `${this.name}(): ${text}`);
  }

  private step(): StreamStep | Promise<StreamStep> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure.error;
    if (this.isOver) return DONE;
    try {
      const step = this.track.step(this.at);
      return isPromise(step) ? step.then(this.passed, this.failed) : this.passed(step);
    } catch (error) {
      return this.failed(error);
    }
  }

  private readonly passed = (step: StreamStep): StreamStep => {
    if (step.done) this.close();
    else this.at++;
    return step;
  };

  private readonly failed = (error: unknown): never => {
    this.close();
    throw error;
  };

  private wait(answer: Promise<StreamStep>): Promise<StreamStep> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      this.waiting.add(waiter);
      const settle = () => {
        this.waiting.delete(waiter);
        if (this.tail === tail) this.tail = undefined;
      };
      const tail = answer.then(
        (step) => {
          settle();
          resolve(step);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
      this.tail = tail;
    });
  }

  private close(): void {
    this.isOver = true;
    this.unheed?.();
  }

  /** Stops when the signal aborts, with its reason. */
  heed(signal: AbortSignal | undefined): this {
    if (signal === undefined || this.signal !== undefined || this.isOver) return this;
    this.signal = signal;
    if (signal.aborted) this.abort();
    else this.unheed = onAbort(signal, this.abort);
    return this;
  }

  /** Hands its place to another reader. */
  release(): Track {
    this.close();
    return this.track;
  }

  private fail(error: unknown): void {
    if (this.isOver) return;
    this.close();
    const [first, ...others] = this.waiting;
    if (first === undefined) this.failure = { error };
    else first.reject(error);
    for (const waiter of others) waiter.resolve(DONE);
    Promise.resolve(this.track.leave(error)).catch(() => {});
  }

  /** Wants no more. */
  leave(reason?: unknown): unknown {
    this.failure = undefined;
    if (this.isOver) return undefined;
    this.close();
    for (const waiter of this.waiting) waiter.resolve(DONE);
    return this.track.leave(reason);
  }

  async return(value?: unknown): Promise<StreamStep> {
    await this.leave();
    return { done: true, value: await value };
  }

  async throw(error: unknown): Promise<StreamStep> {
    await this.leave(error);
    throw error;
  }

  async [DISPOSE](): Promise<void> {
    await this.leave();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get [Symbol.toStringTag](): string {
    return "AsyncGenerator";
  }
}
