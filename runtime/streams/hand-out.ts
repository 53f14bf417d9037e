import { readableFrom } from "#platform";
import type { Form } from "./source.ts";
import type { StreamReader } from "./stream-reader.ts";

/** Readers by what their callers hold. */
const readers = /* @__PURE__ */ new WeakMap<object, StreamReader>();

/** The reader behind what a call gave, if that is a stream. */
export const readerOf = (value: unknown): StreamReader | undefined =>
  typeof value === "object" && value !== null ? readers.get(value) : undefined;

/** A reader as the kind of stream that the body gave. */
export function handOut(reader: StreamReader, form: Form): object {
  const handed = form.kind === "iterable" ? reader : form.kind === "node" ? toNode(reader, form) : toWeb(reader, form);
  readers.set(handed, reader);
  return handed;
}

/** It is asked for a chunk only when somebody reads: what waits in here is nothing. */
function toWeb(reader: StreamReader, { kind }: Form): ReadableStream {
  const cancel = async (reason: unknown): Promise<void> => {
    await reader.leave(reason);
  };
  const stream =
    kind === "bytes"
      ? new ReadableStream({ type: "bytes", pull: (controller) => pullBytes(reader, controller), cancel })
      : new ReadableStream({ pull: (controller) => pull(reader, controller), cancel }, { highWaterMark: 0 });
  // In browsers where streams can't be iterated over, those who made the source may have seen to it that theirs can.
  if (!(Symbol.asyncIterator in stream)) Object.defineProperty(stream, Symbol.asyncIterator, { value: () => reader });
  return stream;
}

async function pull(reader: StreamReader, controller: ReadableStreamDefaultController): Promise<void> {
  const { done, value } = await reader.next();
  if (done) controller.close();
  else controller.enqueue(value);
}

async function pullBytes(reader: StreamReader, controller: ReadableByteStreamController): Promise<void> {
  const { done, value } = await reader.next();
  if (!done) {
    if ((value as Uint8Array).byteLength === 0) return pullBytes(reader, controller);
    controller.enqueue(value as Uint8Array<ArrayBuffer>);
    return;
  }
  controller.close();
  controller.byobRequest?.respond(0);
}

function toNode(reader: StreamReader, { objectMode, encoding }: Form): object {
  return readableFrom(reader, { objectMode, ...(encoding !== undefined && { encoding }) });
}
