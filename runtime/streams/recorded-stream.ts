import { materialize } from "../call/entry.ts";
import type { CachedValue } from "../call/types.ts";
import { state } from "../registry.ts";
import type { Form, StreamStep } from "./source.ts";
import type { Track } from "./stream-reader.ts";

/** One chunk as the cache keeps it, and how readers get it. */
export type Chunk = Pick<CachedValue, "value" | "clone">;

/** A stream as the cache keeps it. */
export class RecordedStream {
  readonly form: Form;
  readonly chunks: Chunk[];
  /** When each chunk came, in milliseconds since the run began; only of streams that are given again as they came. */
  readonly times: number[] | undefined;
  /** What a generator returned at its end. */
  result: Chunk | undefined;

  constructor(form: Form, times: number[] | undefined, chunks: Chunk[] = [], result?: Chunk) {
    this.form = form;
    this.times = times;
    this.chunks = chunks;
    this.result = result;
  }
}

/** The end of a stream, with what a generator returned. */
export const endOf = (result: Chunk | undefined): StreamStep => ({
  done: true,
  value: result === undefined ? undefined : materialize(result),
});

/** One reader's way through a recorded stream. */
export class Replay implements Track {
  private readonly recording: RecordedStream;
  private readonly times: readonly number[] | undefined;
  /** When the first chunk was asked for, in monotonic milliseconds. */
  private began: number | undefined = undefined;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  /** `isPaced`: chunks come when they once came, or later. */
  constructor(recording: RecordedStream, isPaced: boolean) {
    this.recording = recording;
    this.times = isPaced ? recording.times : undefined;
  }

  step(index: number): StreamStep | Promise<StreamStep> {
    const { chunks, result } = this.recording;
    const chunk = chunks[index];
    if (chunk === undefined) return endOf(result);
    const wait = this.times === undefined ? 0 : this.untilDue(this.times[index] ?? 0);
    if (wait <= 0) return { done: false, value: materialize(chunk) };
    return new Promise((resolve) => {
      this.timer = setTimeout(() => resolve({ done: false, value: materialize(chunk) }), wait);
    });
  }

  private untilDue(time: number): number {
    const now = state.settings.clock.now();
    this.began ??= now;
    return this.began + time - now;
  }

  leave(): undefined {
    clearTimeout(this.timer);
  }
}
