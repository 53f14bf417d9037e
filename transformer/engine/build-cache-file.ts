import { hash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { BUILD_ID } from "../build-id.ts";
import { type BuildEntries, pack, unpack } from "./build-cache-format.ts";
import { withLock } from "./lock-file.ts";

/** Raised when a file means something else. */
const FORMAT = 2;
/** A checksum as hexadecimal digits stands before the content. */
const HEAD = 64;
/** Also what a killed process left. */
const NAME = /^[0-9a-f]{32}\.cache(?:\.[\w-]+)?$/;
/** Files of other versions, tools and environments; the oldest ones go. */
const KEPT = 24;
/** Entries that no build used for so long go: their files may be gone. */
const UNUSED = 30 * 24 * 60 * 60 * 1000;

/**
 * Where the build cache of one kind of build is kept: in the `node_modules` around a directory; nowhere if there are none.
 * Whatever changes what comes out has to be part of `kind`; the versions of cachet and of TypeScript are.
 */
export function buildCachePath(directory: string, kind: readonly unknown[]): string | undefined {
  const modules = packagesAround(directory);
  if (modules === undefined) return undefined;
  const name = hash("sha256", JSON.stringify([FORMAT, ...versions(), ...kind]), "hex").slice(0, 32);
  return join(modules, ".cache", "cachet-build", `${name}.cache`);
}

function packagesAround(directory: string): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return join(at, "node_modules");
    if (dirname(at) === at) return undefined;
  }
}

/** Of everything that what comes out depends on: this package, as published and as built, and what it runs on. */
function versions(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const versionIn = (path: string) => (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  const packages = ["typescript/package.json", "magic-string/package.json"].map((path) => versionIn(resolve(path)));
  return [BUILD_ID, versionIn(ownPackage()), ...packages];
}

function ownPackage(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path) || dirname(at) === at) return path;
  }
}

/** No entries where there is no file, or none that can be read. */
export function readBuildCache(path: string): BuildEntries {
  try {
    const bytes = readFileSync(path);
    const content = bytes.subarray(HEAD);
    if (bytes.toString("latin1", 0, HEAD) === hash("sha256", content, "hex")) return unpack(deserialize(content));
  } catch {
    // What can't be read is made anew.
  }
  return new Map();
}

/**
 * Adds entries to those of other processes. The file is replaced whole or not at all; a directory that can't be written to
 * costs the next build its time and nothing else.
 */
export function updateBuildCache(path: string, entries: BuildEntries): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    withLock(`${path}.lock`, () => writeBuildCache(path, new Map([...inUse(readBuildCache(path)), ...entries])));
    removeOldest(dirname(path));
  } catch {
    // The build itself went well.
  }
}

function inUse(entries: BuildEntries): BuildEntries {
  const since = Date.now() - UNUSED;
  return new Map([...entries].filter(([, { used }]) => used > since));
}

export function writeBuildCache(path: string, entries: BuildEntries): void {
  const content = serialize(pack(entries));
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(hash("sha256", content, "hex")), content]));
  renameSync(temporary, path);
}

function removeOldest(directory: string): void {
  const names = readdirSync(directory).filter((name) => NAME.test(name));
  const dated = names.map((name) => ({ path: join(directory, name), time: timeOf(join(directory, name)) }));
  for (const { path } of dated.sort((one, other) => other.time - one.time).slice(KEPT))
    rmSync(path, { force: true, recursive: true });
}

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
