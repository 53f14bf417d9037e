import { state } from "../registry.ts";
import { hasMethod } from "../snapshot/unstorable-hints.ts";

/** What kind of stream callers get: the kind that the body gave. */
export interface Form {
  readonly kind: "iterable" | "web" | "bytes" | "node";
  /** Of Node's streams: whether chunks are any values. */
  readonly objectMode?: boolean;
  /** Of Node's streams: how bytes are given as text. */
  readonly encoding?: string;
}

/** One step of a stream: a chunk, or its end. */
export type StreamStep = IteratorResult<unknown, unknown>;

/** What a body gave, as it is read: once, by whoever records it. */
export interface Source {
  readonly form: Form;
  next(): Promise<StreamStep>;
  /** Tells it that nobody needs more. */
  cancel(reason: unknown): unknown;
}

interface NodeReadable extends AsyncIterable<unknown> {
  readonly readableObjectMode?: boolean;
  readonly readableEncoding?: string | null;
  on(event: "error", listener: () => void): unknown;
  destroy(): unknown;
}

/**
 * The stream that a body gave; `undefined` for any other value, and for an instance of a class that has a codec.
 * @throws TypeError for a stream that somebody else reads.
 */
export function sourceOf(value: unknown): Source | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isIterable = hasMethod(value, Symbol.asyncIterator);
  const isWeb = hasMethod(value, "getReader");
  if (!isIterable && !isWeb) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (state.settings.codecs.some((codec) => codec.class.prototype === prototype)) return undefined;
  if (isWeb) return fromWeb(value as ReadableStream);
  const isNode = ["pipe", "on", "destroy"].every((name) => hasMethod(value, name));
  return isNode ? fromNode(value as NodeReadable) : fromIterable(value as AsyncIterable<unknown>);
}

function fromWeb(stream: ReadableStream): Source {
  const kind = isOfBytes(stream) ? "bytes" : "web";
  const reader = stream.getReader();
  return {
    form: { kind },
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** A stream of bytes can be read into a buffer; nothing else tells it from others. */
function isOfBytes(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

function fromNode(stream: NodeReadable): Source {
  // It may fail before anybody reads; whoever reads is told.
  stream.on("error", () => {});
  const { readableObjectMode: objectMode = false, readableEncoding: encoding } = stream;
  const { next } = fromIterable(stream);
  const form: Form = { kind: "node", objectMode, ...(encoding && { encoding }) };
  return { form, next, cancel: () => void stream.destroy() };
}

function fromIterable(iterable: AsyncIterable<unknown>): Source {
  let iterator: AsyncIterator<unknown> | undefined;
  return {
    form: { kind: "iterable" },
    next: async () => {
      iterator ??= iterable[Symbol.asyncIterator]();
      return iterator.next();
    },
    // What nobody has begun to iterate over need not begin now. A generator is its own iterator.
    cancel: () => (iterator ?? (hasMethod(iterable, "next") ? (iterable as AsyncGenerator) : undefined))?.return?.(),
  };
}
