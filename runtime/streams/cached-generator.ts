import { FunctionDescriptor } from "../call/cached-function.ts";
import { isPromise } from "../call/thenable.ts";
import type { EntryTable } from "../call/types.ts";
import { state } from "../registry.ts";
import { handOut } from "./hand-out.ts";
import type { StreamStep } from "./source.ts";
import { StreamReader, type Track } from "./stream-reader.ts";

/**
 * A cached `async function*`. Its callers get their reader at once, so what it does is what an async function does that gives the
 * stream; and like an uncached one it does nothing before it is read.
 */
export class GeneratorDescriptor extends FunctionDescriptor {
  readonly isGenerator = true;

  override call(
    table: EntryTable,
    parts: readonly unknown[],
    body: (...context: unknown[]) => unknown,
    args: readonly unknown[] = parts,
  ): unknown {
    if (!state.settings.enabled) return body();
    const promised = async (...context: unknown[]): Promise<unknown> => body(...context);
    const begin = () => super.call(table, parts, promised, args);
    // What is observed or made anew is what is called now.
    const track = new LaterTrack(state.intercept === undefined ? begin : started(begin()));
    return handOut(new StreamReader(this.name, track), { kind: "iterable" });
  }
}

/** What a call came to; its failure is told to who reads. */
function started(result: unknown): () => unknown {
  if (isPromise(result)) result.catch(() => {});
  return () => result;
}

/** The way through a stream that is known when the reader begins. */
class LaterTrack implements Track {
  private readonly begin: () => unknown;
  private track: Track | Promise<Track> | undefined = undefined;

  constructor(begin: () => unknown) {
    this.begin = begin;
  }

  step(index: number): StreamStep | Promise<StreamStep> {
    if (this.track === undefined) {
      const given = this.begin();
      this.track = isPromise(given) ? given.then(trackOf) : trackOf(given);
      if (isPromise(this.track)) this.track.then(this.found, () => {});
    }
    const { track } = this;
    return isPromise(track) ? track.then((known) => known.step(index)) : track.step(index);
  }

  private readonly found = (track: Track): void => {
    this.track = track;
  };

  leave(reason?: unknown): unknown {
    const { track } = this;
    if (!isPromise(track)) return track?.leave(reason);
    // Nobody waits for what has not begun.
    track.then((known) => known.leave(reason)).catch(() => {});
    return undefined;
  }
}

/** The way of a reader that only stands in for another, or through what the body gave while caching is off. */
function trackOf(given: unknown): Track {
  if (given instanceof StreamReader) return given.release();
  const iterator = given as AsyncGenerator<unknown>;
  return { step: () => iterator.next(), leave: () => iterator.return(undefined) };
}

/**
 * What stands for `super` in a generator that is no method: reads and writes go through the method around it.
 */
export function parent(
  read: (key: PropertyKey) => unknown,
  write: (key: PropertyKey, value: unknown) => unknown,
): object {
  return new Proxy(Object.create(null) as object, {
    get: (_, key) => read(key),
    set: (_, key, value) => {
      write(key, value);
      return true;
    },
  });
}
