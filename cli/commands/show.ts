import { readFileSync, statSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { inspect } from "node:util";
import { decodeValue, UNDECODABLE } from "../../runtime/codec/codec.ts";
import { lifeInHeader, withoutHeaders } from "../../runtime/persist/entry-headers.ts";
import { FILES, jsonBehind, TAGS } from "../../runtime/persist/json-header.ts";
import type { Recording } from "../../runtime/recordings/recording-store.ts";
import { readAnyEntry } from "../../runtime/stores/disk/entry-file.ts";
import { type Command, CommandError, ExitCode } from "../command.ts";
import { countEntries, DISK_HELP, diskOptions, onDisk, openDisk } from "../disk.ts";
import { formatBytes, formatDuration } from "../format.ts";
import type { Terminal } from "../terminal.ts";
import { chooseFunction } from "./clear.ts";

/** An entry with its value, wherever it was kept. */
interface Shown {
  file: string;
  function: string;
  codeHash: string;
  /** The call, where it was recorded with the entry. */
  call?: string;
  /** ISO 8601. */
  written?: string;
  /** Where it may be served after its ttl: when that is over. */
  stale?: string;
  expires?: string;
  cost?: number;
  tags?: readonly string[];
  /** Paths of the files that it depends on. */
  files?: readonly string[];
  bytes: number;
  value: unknown;
  /** How many calls of elements it shows again. */
  shows?: number;
}

const show: Command = {
  usage: "show <entry>",
  help: `Shows entries with their values. <entry> is the file of an entry or of a recording, or a function: all of its entries on
disk then, the newest first. A function is named by its id, or by the end of it.

${DISK_HELP}

A value that needs a codec of the program can't be shown here: its bytes are counted.

Exit codes: 0 shown · 2 no such file or function, a damaged entry, or wrong usage.`,
  options: diskOptions,
  takes: { least: 1, most: 1 },
  run({ positionals, flags, cwd }, terminal) {
    const entries = find(positionals[0] as string, cwd, flags["dir"] as string | undefined);
    const shown = flags["json"]
      ? JSON.stringify(
          entries.map((entry) => ({ ...entry, value: valueText(entry.value) })),
          undefined,
          2,
        )
      : entries.map((entry) => describe(entry, terminal)).join("\n\n");
    terminal.print(shown);
    return ExitCode.ok;
  },
};

export default show;

function find(wanted: string, cwd: string, directory: string | undefined): Shown[] {
  const file = resolvePath(cwd, wanted);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return [readShown(file)];
  const store = openDisk(directory);
  const { id } = chooseFunction(
    onDisk(store, () => countEntries(store)),
    wanted,
    store.dir,
  );
  const paths = onDisk(store, () => [...store.entries()].filter((entry) => entry.function === id));
  return paths.sort((one, other) => other.written - one.written).map(({ path }) => readShown(path));
}

function readShown(file: string): Shown {
  return file.endsWith(".json") ? readRecording(file) : readStored(file);
}

function readStored(file: string): Shown {
  let entry: ReturnType<typeof readAnyEntry>;
  try {
    entry = readAnyEntry(file);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  if (!entry) throw new CommandError(`${file} is no entry, or one of another version of cachet.`);
  const { expires, written, cost, hash, value } = entry;
  return {
    file,
    function: entry.function,
    codeHash: hash,
    written: new Date(written).toISOString(),
    ...(expires !== undefined && Number.isFinite(expires) && { expires: new Date(expires).toISOString() }),
    cost,
    bytes: value.length,
    ...describeStored(value, written),
  };
}

/** What stands in front of a stored value, and the value. */
function describeStored(
  stored: Uint8Array,
  written: number,
): Pick<Shown, "stale" | "tags" | "files" | "value" | "shows"> {
  const { data: files, bytes: behindFiles } = jsonBehind<Record<string, string>>(FILES, stored);
  const { data: tags, bytes } = jsonBehind<string[]>(TAGS, behindFiles);
  const life = lifeInHeader(bytes);
  return {
    ...(life !== undefined && { stale: new Date(written + life).toISOString() }),
    ...(tags && { tags }),
    ...(files && { files: Object.keys(files) }),
    ...decode(bytes),
  };
}

function readRecording(file: string): Shown {
  const wrong = new CommandError(`${file} is no recording.`, "Recordings are written by CACHET_MODE=record.");
  let recording: Recording;
  try {
    recording = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw wrong;
  }
  if (typeof recording?.function !== "string" || typeof recording.codeHash !== "string") throw wrong;
  const bytes = recording.bytes === undefined ? undefined : Buffer.from(recording.bytes, "base64");
  return {
    file,
    function: recording.function,
    codeHash: recording.codeHash,
    call: recording.call,
    bytes: bytes?.length ?? JSON.stringify(recording.value ?? recording.stream ?? null).length,
    ...(bytes ? decode(bytes) : { value: recording.stream ?? recording.value }),
  };
}

/** Without the program's own codecs; the disk and the file have checked the bytes. */
function decode(bytes: Uint8Array): Pick<Shown, "value" | "shows"> {
  const { encoded, isReplayed } = withoutHeaders(bytes);
  const content = decodeValue(encoded, [], undefined, { hasChecksum: true, transfersBytes: true });
  if (!isReplayed || content === UNDECODABLE) return { value: content };
  const [value, log] = content as [unknown, unknown[]];
  return { value, shows: log.length };
}

function describe(entry: Shown, terminal: Terminal): string {
  const facts = [
    ["file", entry.file],
    ["code hash", entry.codeHash],
    ["call", entry.call],
    ["written", entry.written],
    ["stale", entry.stale],
    ["expires", entry.expires],
    ["took", entry.cost === undefined ? undefined : formatDuration(entry.cost)],
    ["tags", entry.tags?.join(", ")],
    ["files", entry.files?.join(", ")],
    ["shows", entry.shows === undefined ? undefined : `${entry.shows} ${entry.shows === 1 ? "element" : "elements"}`],
    ["size", formatBytes(entry.bytes)],
  ];
  const lines = facts.flatMap(([label, text]) =>
    text === undefined ? [] : [`${terminal.paint("dim", (label as string).padEnd(9))}  ${text}`],
  );
  return [terminal.paint("bold", entry.function), ...lines, "", valueText(entry.value)].join("\n");
}

/** As Node prints it, cut where nobody would read on. */
function valueText(value: unknown): string {
  if (value === UNDECODABLE) return "(a value that needs a codec of the program)";
  return inspect(value, { depth: 8, maxArrayLength: 200, maxStringLength: 10_000, breakLength: 100 });
}
