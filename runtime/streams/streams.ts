import { materialize } from "../call/entry.ts";
import { isPromise } from "../call/thenable.ts";
import type { CachedFunction, CachedValue, Entry, Persistence, Run } from "../call/types.ts";
import { InvalidOptionError } from "../errors.ts";
import type { Streams } from "../features.ts";
import { state } from "../registry.ts";
import type { ShapeInfo } from "../snapshot/shape-info.ts";
import { className, kindOf } from "../values/value-kind.ts";
import { handOut, readerOf } from "./hand-out.ts";
import { type Chunk, RecordedStream, Replay } from "./recorded-stream.ts";
import { type Form, type Source, sourceOf } from "./source.ts";
import { StreamReader, type Track } from "./stream-reader.ts";
import { Tape } from "./tape.ts";

/** The real one: under fake timers, too, a stream that nobody wants any more has to end. */
const later = setTimeout;

/** The streams that are being recorded. */
const tapes = /* @__PURE__ */ new WeakMap<Entry, Tape>();

const give = (owner: CachedFunction, track: Track, form: Form): object =>
  handOut(new StreamReader(owner.name, track), form);

const replayOf =
  (owner: CachedFunction): CachedValue["clone"] =>
  (recording) =>
    give(
      owner,
      new Replay(recording as RecordedStream, owner.options.replay === "paced"),
      (recording as RecordedStream).form,
    );

function take(run: Run, value: unknown, persistence: Persistence | undefined, hide: (() => void) | undefined): unknown {
  const { owner, entry } = run;
  const source = owner.policy.kind === "data" ? sourceOf(value) : undefined;
  if (source === undefined) return undefined;
  refuseOptions(owner, source);
  const tape = new Tape(source, { run, persistence, hide, clone: replayOf(owner) });
  if (run.isBackground) return tape.drain();
  tapes.set(entry, tape);
  // Those who join get readers of their own.
  entry.value = tape;
  entry.clone = () => give(owner, tape.open(), source.form);
  const first = give(owner, tape.open(), source.form);
  // Its caller may have left before he gets it; others who wait for the run must have their readers by then.
  later(() => readerOf(first)?.heed(state.features.abort?.signalOf(run.args)));
  const mayBeStale = owner.definition.async === true && owner.options.stale?.error !== undefined;
  return mayBeStale && owner.aside.has(entry) ? tape.begin().then(() => first) : first;
}

/** @throws InvalidOptionError for an option that a stream can't have. */
function refuseOptions({ name, options }: CachedFunction, source: Source): void {
  const option = options.validate
    ? "validate"
    : options.allowWidgets
      ? "allowWidgets"
      : options.timeout?.soft === undefined
        ? undefined
        : "timeout: { soft }";
  if (option === undefined) return;
  Promise.resolve(source.cancel(undefined)).catch(() => {});
  const text = `invalid \`${option}\`: the function gives a stream, which can be read only once and is not known before its end`;
  throw new InvalidOptionError(`${name}(): ${text}. Leave the option out, or return an array`);
}

function join(owner: CachedFunction, entry: Entry): unknown {
  // Where callers wait for a promise, that of the run leads them to it.
  if (entry.run?.done !== undefined || tapes.get(entry)?.isOpen !== true) return undefined;
  return owner.serve(entry, materialize(entry), "flight");
}

/** Lets whoever reads what a call gives, if that is a stream, stop when the signal of the call aborts. */
export function heed(args: readonly unknown[], result: unknown): unknown {
  const signal = state.features.abort?.signalOf(args);
  if (signal === undefined) return result;
  const heeding = (value: unknown): unknown => {
    readerOf(value)?.heed(signal);
    return value;
  };
  return isPromise(result) ? result.then(heeding) : heeding(result);
}

function pack({ value }: CachedValue): CachedValue | undefined {
  if (!(value instanceof RecordedStream)) return undefined;
  const { form, times, chunks, result } = value;
  const plain = {
    ...form,
    ...(times && { times }),
    ...(result && { result: result.value }),
    chunks: chunks.map((chunk) => chunk.value),
  };
  return { value: plain, clone: undefined, bytes: 0 };
}

/** What `pack` makes. */
interface Packed extends Form {
  times?: number[];
  result?: unknown;
  chunks: unknown[];
}

const isBytes = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  kindOf(value) === "typed" &&
  /^(Uint8Array|Buffer)$/.test(className(value));

/** What a stream of a kind may give. What it can't would come to light only while it is read. */
const CHUNKS: Record<Form["kind"], (value: unknown, form: Form) => boolean> = {
  iterable: () => true,
  web: () => true,
  bytes: isBytes,
  node: (value, { objectMode }) =>
    objectMode ? value !== null && value !== undefined : typeof value === "string" || isBytes(value),
};

const ENCODING = /^(utf-?8|utf-?16le|ucs-?2|latin1|binary|ascii|base64|base64url|hex)$/i;

/** @throws TypeError for what `pack` has not made. */
function check({ times, chunks, result: _, ...form }: Packed, { isGenerator }: CachedFunction): void {
  const isKind = isGenerator ? form.kind === "iterable" : Object.hasOwn(CHUNKS, form.kind);
  const isPossible = isKind && Array.isArray(chunks) && ENCODING.test(form.encoding ?? "utf8");
  const isTimed = times === undefined || (Array.isArray(times) && times.every((time) => Number.isFinite(time)));
  if (!isPossible || !isTimed || !chunks.every((chunk) => CHUNKS[form.kind](chunk, form)))
    throw new TypeError("what is stored is no stream of this function");
}

function unpack(
  data: unknown,
  shapeInfo: ShapeInfo,
  owner: CachedFunction,
): Pick<CachedValue, "value" | "clone"> | undefined {
  check(data as Packed, owner);
  const { times, chunks, result, ...form } = data as Packed;
  const restored = [...chunks, result].map((value) => restoredChunk(value, shapeInfo, owner));
  if (restored.includes(undefined)) return undefined;
  const end = restored.pop() as Chunk;
  const recording = new RecordedStream(form, times, restored as Chunk[], result === undefined ? undefined : end);
  return { value: recording, clone: replayOf(owner) };
}

function restoredChunk(value: unknown, shapeInfo: ShapeInfo, owner: CachedFunction): Chunk | undefined {
  if (typeof value !== "object" || value === null) return { value, clone: undefined };
  const restored = owner.policy.restore(value, shapeInfo, owner);
  return restored && { value, clone: restored.clone };
}

async function readToEnd(reader: StreamReader): Promise<void> {
  while (!(await reader.next()).done);
}

function drain(value: unknown): undefined | Promise<void> {
  const reader = readerOf(value);
  return reader && readToEnd(reader);
}

/** For functions that may give streams. */
export const streams: Streams = { take, join, pack, unpack, drain };
