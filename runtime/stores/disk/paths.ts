import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { sha256 } from "#platform";
import type { Origin } from "../store.ts";

/** Raised when the layout of files or directories changes; each format lives in a directory of its own. */
export const FORMAT = 2;

/** Names of the files this store makes. Nothing else is ever deleted. */
export const ENTRY_FILE = /^[0-9a-f]{32}\.entry$/;
export const LOCK_FILE = /^[0-9a-f]{16}-[0-9a-f]{32}\.lock$/;
export const TEMPORARY_FILE = /^[0-9a-f]{8}-[0-9a-z]+\.[0-9a-z]+-[0-9a-z]+-[0-9a-z]+\.tmp$/;
const FUNCTION_DIRECTORY = /-[0-9a-f]{16}$/;
const VERSION_DIRECTORY = /^[0-9a-f]{16}$/;

export const isFunctionDirectory = (name: string): boolean => FUNCTION_DIRECTORY.test(name);
export const isVersionDirectory = (name: string): boolean => VERSION_DIRECTORY.test(name);

/**
 * Where a project keeps its entries: `CACHET_DIR`, else `node_modules/.cache/cachet` of the package around the working
 * directory (or around the program, where the working directory belongs to none), else the user's own cache directory.
 */
export function defaultDirectory(): string {
  const here = workingDirectory();
  const given = process.env["CACHET_DIR"];
  if (given) return resolve(here, given);
  const root = packageAround(here) ?? packageAround(dirname(process.argv[1] ?? here));
  if (root !== undefined) return join(root, "node_modules", ".cache", "cachet");
  const home = process.getBuiltinModule("node:os").homedir();
  return join(process.env["XDG_CACHE_HOME"] || join(home, ".cache"), "cachet");
}

/** A process can outlive the directory it was started in. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

function packageAround(start: string): string | undefined {
  for (let at = resolve("/", start); ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

let lastKey = "";
let lastDigest = "";

/** The digest of a text; a call that looks up, locks and writes asks for the same one again and again. */
export function digestOf(key: string): string {
  if (key === lastKey && lastDigest !== "") return lastDigest;
  lastDigest = sha256(withoutSurrogates(key));
  lastKey = key;
  return lastDigest;
}

/** UTF-8 would merge lone surrogates, so a text with any surrogate is digested as UTF-16, behind a byte that UTF-8 never has. */
function withoutSurrogates(key: string): string | Uint8Array {
  return /[\ud800-\udfff]/.test(key) ? Buffer.concat([Buffer.of(0xff), Buffer.from(key, "utf16le")]) : key;
}

/** `load-5f2c…`: the function's name for people, the digest of its id for the machine. */
export function functionDirectory(functionId: string): string {
  const name = functionId.slice(functionId.lastIndexOf("#") + 1).replace(/[^A-Za-z0-9_.-]+/g, "_");
  return `${name.slice(0, 40).replace(/^\.+/, "_") || "_"}-${digestOf(functionId).slice(0, 16)}`;
}

/** Directory of one code version of a function, below the root of the store. */
export function versionDirectory(root: string, origin: Origin): string {
  return `${root}/${functionDirectory(origin.function)}/${digestOf(origin.hash).slice(0, 16)}`;
}

/** File of an entry in the directory of its code version, by the digest of its key. */
export const entryPath = (directory: string, digest: string): string => `${directory}/${digest.slice(0, 32)}.entry`;

/** Locks of all functions lie in one directory, so that what killed processes left there is found at once. */
export const lockPath = (root: string, functionId: string, digest: string): string =>
  `${root}/locks/${lockPrefix(functionId)}${digest.slice(0, 32)}.lock`;

/** What the names of a function's lock files start with. */
export const lockPrefix = (functionId: string): string => `${digestOf(functionId).slice(0, 16)}-`;
