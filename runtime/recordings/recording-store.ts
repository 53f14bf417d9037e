import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#platform";
import { decodeValue, encodeValue, UNDECODABLE } from "../codec/codec.ts";
import { PROMISE, STREAM, withHeader, withoutHeaders } from "../persist/entry-headers.ts";
import type { Epochs, Metadata, Origin, Store, StoredEntry } from "../stores/store.ts";
import { writeWhole } from "./write-whole.ts";

/** One recorded call, as its file holds it. */
export interface Recording {
  function: string;
  /** The call with its arguments, for people. */
  call: string;
  codeHash: string;
  /** The result, if JSON can say all of it. */
  value?: unknown;
  /** The same of a stream: its kind and its chunks. */
  stream?: unknown;
  /** True where callers expect a promise although the function was not declared async. */
  promised?: true;
  /** The result otherwise: the codec's bytes in base64. */
  bytes?: string;
}

export interface RecordingOptions {
  isReadOnly: boolean;
  /** Called with the path of each recording that answered a call or was made. */
  used?: (path: string) => void;
  /** True if a clear forgets what is in memory and leaves the files: what was recorded stands for the world outside. */
  outlivesClears?: boolean;
}

/** Nothing in a recording changes by itself: no clock, no epoch, no limit. */
const META = { written: 0, cost: 0 };

/** The epoch of every scope, for ever: a clear removes files instead. Whatever scope is asked about, an entry carries it. */
const EPOCH = "recorded";
const EPOCHS: Epochs = new Proxy({}, { get: () => EPOCH });

/**
 * Recorded calls, one readable file each: `<dir>/<function>/<digest of the call>.json`. They are meant to be reviewed and
 * committed, so a file says nothing that another run of the same program would say differently. They never expire.
 */
export class RecordingStore implements Store {
  readonly name = "recordings";
  readonly sync = true;
  readonly dir: string;
  private readonly isReadOnly: boolean;
  private readonly isCleared: boolean;
  private readonly used: (path: string) => void;

  constructor(dir: string, { isReadOnly, used = () => {}, outlivesClears = false }: RecordingOptions) {
    this.dir = dir;
    this.isReadOnly = isReadOnly;
    this.isCleared = !isReadOnly && !outlivesClears;
    this.used = used;
  }

  lookup(key: string, origin: Origin): StoredEntry | undefined {
    const path = this.pathOf(key, origin.function);
    const recording = readRecording(path);
    const bytes = recording && bytesOf(recording);
    if (bytes === undefined) return undefined;
    this.used(path);
    return { bytes, meta: { ...origin, ...META, epochs: EPOCHS } };
  }

  write(key: string, bytes: Uint8Array, { function: id, hash: codeHash, call = id }: Metadata): void {
    if (this.isReadOnly) return;
    const path = this.pathOf(key, id);
    const recording: Recording = { function: id, call, codeHash, ...contentOf(bytes) };
    writeWhole(path, `${JSON.stringify(recording, undefined, 2)}\n`);
    this.used(path);
  }

  delete(key: string, origin: Origin): void {
    if (this.isCleared) rmSync(this.pathOf(key, origin.function), { force: true });
  }

  clear(functionId?: string): void {
    if (!this.isCleared) return;
    rmSync(functionId === undefined ? this.dir : this.folderOf(functionId), { recursive: true, force: true });
  }

  readEpochs(scopes: readonly string[]): string[] {
    return scopes.map(() => EPOCH);
  }

  renewEpochs(): void {}

  /** Recordings of a function, whatever code they were made by. */
  of(functionId: string): Recording[] {
    return recordingsOf(this.folderOf(functionId));
  }

  /** Where what is recorded of a function lies. */
  folderOf(functionId: string): string {
    return join(this.dir, functionId.replaceAll(/[^\w.#@-]+/g, "_"));
  }

  private pathOf(key: string, functionId: string): string {
    return join(this.folderOf(functionId), `${sha256(key).slice(0, 32)}.json`);
  }
}

/** Those of the folder of a function. */
export function recordingsOf(folder: string): Recording[] {
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return files.flatMap((name) => readRecording(join(folder, name)) ?? []);
  } catch {
    return [];
  }
}

function readRecording(path: string): Recording | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function bytesOf(recording: Recording): Uint8Array | undefined {
  if (recording.bytes !== undefined) return Buffer.from(recording.bytes, "base64");
  const bytes = contentBytes(recording);
  return bytes && recording.promised ? withHeader(PROMISE, bytes) : bytes;
}

function contentBytes(recording: Recording): Uint8Array | undefined {
  if ("stream" in recording) return withHeader(STREAM, encodeValue(recording.stream));
  return "value" in recording ? encodeValue(recording.value) : undefined;
}

/** JSON only if reading it gives the very same value again. */
function contentOf(bytes: Uint8Array): Pick<Recording, "value" | "stream" | "promised" | "bytes"> {
  const { isPromised, isStream, isReplayed, encoded } = withoutHeaders(bytes);
  const value = isReplayed ? UNDECODABLE : decodeValue(encoded, []);
  const json = value === UNDECODABLE ? undefined : jsonOf(value);
  if (json !== undefined && Buffer.compare(encodeValue(JSON.parse(json)), encoded) === 0)
    return { [isStream ? "stream" : "value"]: JSON.parse(json), ...(isPromised && { promised: true }) };
  return { bytes: Buffer.from(bytes).toString("base64") };
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A bigint, a cycle, or more levels than it follows.
    return undefined;
  }
}
