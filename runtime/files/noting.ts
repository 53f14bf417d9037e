import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { noteRead } from "./depends-on.ts";

// biome-ignore lint/suspicious/noExplicitAny: any function whose first argument is a path.
type FileFunction = (...args: any[]) => unknown;
type Note = (file: string | URL, args: readonly unknown[]) => void;

/** Notes the file before it is read: what changes meanwhile then counts as a change. */
function wrapped<F extends FileFunction>(read: F, note: Note): F {
  const reading = function (this: unknown, ...args: unknown[]) {
    const file = fileOf(args[0]);
    if (file !== undefined) note(file, args);
    return Reflect.apply(read, this, args);
  };
  Object.defineProperty(reading, "name", { value: read.name, configurable: true });
  // `realpath.native`, and what `util.promisify` looks for.
  return Object.assign(reading, read) as unknown as F;
}

/** A descriptor names a file that has been opened, and noted, before. What is no path is left to Node, which refuses it. */
function fileOf(path: unknown): string | URL | undefined {
  if (path instanceof URL) return path.protocol === "file:" ? path : undefined;
  if (path instanceof Uint8Array) return Buffer.from(path).toString();
  return typeof path === "string" ? path : undefined;
}

/** For functions that see the content of a file, or the names in a folder. */
export const noting = <F extends FileFunction>(read: F): F => wrapped(read, (file) => noteRead(file, false));

/** For functions that open a file: noted if it is to be read. */
export const notingOpened = <F extends FileFunction>(read: F): F =>
  wrapped(read, (file, [, flags]) => {
    if (typeof flags === "number" ? (flags & 3) !== 1 : typeof flags !== "string" || flags.startsWith("r"))
      noteRead(file, false);
  });

/** For functions that see its size and times, too. */
export const notingExactly = <F extends FileFunction>(read: F): F => wrapped(read, (file) => noteRead(file, true));

/** For functions that may list folders within folders: each counts. */
export const notingAll = <F extends FileFunction>(read: F): F =>
  wrapped(read, (file, [, options]) => {
    noteRead(file, false);
    const isRecursive = typeof options === "object" && (options as { recursive?: boolean } | null)?.recursive === true;
    if (isRecursive) for (const folder of foldersIn(file)) noteRead(folder, false);
  });

function foldersIn(file: string | URL): URL[] {
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(file, { recursive: true, withFileTypes: true });
  } catch {
    // What is wrong with it, the function itself says.
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => pathToFileURL(join(entry.parentPath ?? entry.path, entry.name)));
}
