import { fileAccess } from "#platform";
import { currentRun } from "../call/in-flight.ts";
import { limits } from "../call/limits.ts";
import type { Entry, FileStates, Run } from "../call/types.ts";
import type { Files, FoundEntry, UnwrappedEntry } from "../dependency-features.ts";
import { CachetError } from "../errors.ts";
import { FILES, jsonBehind, withJson } from "../persist/json-header.ts";
import type { FileAccess } from "../platform/context.ts";
import { install, state } from "../registry.ts";

/** Milliseconds for which what was seen of a file counts. */
const RECHECK = 1000;

/** What was last seen of a file. */
interface Look {
  at: number;
  stamp: string | undefined;
  /** Of the content at that stamp; made when it is asked for. */
  digest: { text: string | undefined } | undefined;
}

/** By path: however many entries depend on a file, it is looked at once. */
const looks = /* @__PURE__ */ new Map<string, Look>();

/**
 * Says, in the body of a cached function, that its result depends on files: the entry is good while their size and time are what
 * they were, or at least their content. Relative paths start at the working directory; a file that is missing counts as such;
 * of a folder, the names in it count. Files are looked at on hits, each at most once a second, for stored entries too.
 * @throws CachetError outside of the body of a cached function, in a page, and for what is no path.
 */
export function dependsOn(...files: readonly (string | URL)[]): void {
  if (fileAccess === undefined)
    throw new CachetError("CACHET_NO_FILES", "dependsOn(): a page has no files. Pass what was read in as an argument");
  for (const file of files) checkPath(file);
  if (!state.settings.enabled) return;
  const run = currentRun();
  if (run === undefined) {
    const way = "Call it in the body of one, before its end, or read through `cachet/fs`, which does nothing elsewhere";
    throw new CachetError("CACHET_OUTSIDE_BODY", `dependsOn() was called outside of a cached function. ${way}`);
  }
  for (const file of files) note(run, fileAccess, file, false);
}

function checkPath(file: unknown): void {
  if (typeof file === "string" && file !== "" && !/^\w{2,}:\/\//.test(file)) return;
  if (file instanceof URL && file.protocol === "file:") return;
  const shown = file instanceof URL ? file.href : typeof file === "string" ? JSON.stringify(file) : typeof file;
  throw new CachetError("CACHET_INVALID_PATH", `dependsOn(): expected paths or file URLs, got ${shown}`);
}

/**
 * Notes that the cached function whose body runs, if any, reads a file. `isExact`: it sees more of the file than its content,
 * as `stat` does.
 */
export function noteRead(file: string | URL, isExact: boolean): void {
  const run = fileAccess === undefined ? undefined : currentRun();
  if (run !== undefined) note(run, fileAccess as FileAccess, file, isExact);
}

function note(run: Run, access: FileAccess, file: string | URL, isExact: boolean): void {
  if (state.features.files === undefined) install({ files });
  const path = access.pathOf(file);
  run.files ??= {};
  const known = run.files;
  // What it was at the first read counts.
  const was = known[path];
  if (was === undefined) known[path] = stateOf(access, path, lookAt(access, path, 0), isExact);
  else if (isExact) known[path] = was.slice(0, was.lastIndexOf(" ") + 1);
}

/** No file is ever like this. */
const CHANGED = "changed";

/** A file that the run and what it got have seen in two states lets no entry be good. */
function inherit(states: FileStates, run: Run): void {
  run.files ??= {};
  const known = run.files;
  for (const [path, was] of Object.entries(states)) {
    const own = known[path];
    known[path] = own === undefined || own === was ? was : merged(own, was);
  }
}

function merged(own: string, other: string): string {
  const [a, b] = [own, other].map((text) => /^(\S+ \S+) (.*)$/.exec(text));
  if (!a || !b) return CHANGED;
  const isSame = a[1] === b[1] || (a[2] !== "" && a[2] === b[2]);
  // Where one of them sees more than the content, both do.
  return isSame ? `${a[1]} ${a[2] && b[2]}` : CHANGED;
}

/** `size time digest`, or nothing for a file that is missing; without a digest where more than the content counts. */
function stateOf(access: FileAccess, path: string, look: Look, isExact: boolean): string {
  return look.stamp === undefined ? "" : `${look.stamp} ${isExact ? "" : (contentDigest(access, path, look) ?? "")}`;
}

function contentDigest(access: FileAccess, path: string, look: Look): string | undefined {
  look.digest ??= { text: access.digestOf(path) };
  return look.digest.text;
}

function lookAt(access: FileAccess, path: string, maxAge: number): Look {
  const now = state.settings.clock.now();
  const known = looks.get(path);
  if (known !== undefined && now >= known.at && now - known.at < maxAge) return known;
  const stamp = access.stampOf(path);
  const look: Look = { at: now, stamp, digest: known?.stamp === stamp ? known?.digest : undefined };
  looks.set(path, look);
  return look;
}

function isUnchanged(path: string, was: string): boolean {
  const access = fileAccess;
  if (access === undefined) return false;
  const look = lookAt(access, path, RECHECK);
  if (look.stamp === undefined || was === "") return look.stamp === undefined && was === "";
  const [size = "", time = "", digest = ""] = was.split(" ");
  if (look.stamp === `${size} ${time}`) return true;
  return digest !== "" && digest === contentDigest(access, path, look);
}

const areUnchanged = (states: FileStates): boolean =>
  Object.entries(states).every(([path, was]) => isUnchanged(path, was));

function check(entry: Entry): void {
  if (entry.files === undefined || areUnchanged(entry.files)) return;
  if (state.features.limits === undefined) install({ limits });
  entry.files = undefined;
  entry.expires = entry.ends = Number.NEGATIVE_INFINITY;
}

const wrap = (states: FileStates, bytes: Uint8Array): Uint8Array => withJson(FILES, states, bytes);

function unwrap(stored: FoundEntry): UnwrappedEntry | undefined {
  try {
    const { data: files, bytes } = jsonBehind<FileStates>(FILES, stored.bytes);
    return files === undefined || areUnchanged(files) ? { ...stored, files, bytes } : undefined;
  } catch {
    // Damaged: computed anew.
    return undefined;
  }
}

/** For bodies that read files. */
export const files: Files = { of: (run) => run.files, inherit, check, wrap, unwrap };
