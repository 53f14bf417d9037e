import { hash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { BUILD_ID } from "../build-id.ts";
import type { TransformResult } from "../index.ts";

/** What came out of one file. */
export interface Receipt {
  /** Digest of the text that went in. */
  text: string;
  result: TransformResult;
}

/** What was asked for the sake of one file's code, and the answers: digests of files, and where imports lead. */
export interface Notes {
  reads: Map<string, string | undefined>;
  resolved: Map<string, string | undefined>;
}

export interface Book {
  /** By the bundler's id of the file. */
  receipts: Map<string, Receipt>;
  notes: Map<string, Notes>;
}

/** Raised when a book means something else. */
const FORMAT = 1;
/** A checksum as hexadecimal digits stands before the content. */
const HEAD = 64;
/** Also what a killed process left. */
const NAME = /^[0-9a-f]{32}\.receipts(?:\.[\w-]+)?$/;
/** Books of other versions, modes and environments; the oldest ones go. */
const KEPT = 12;

/**
 * Where the book of one kind of build is kept: in the `node_modules` around a directory; nowhere if there are none.
 * Whatever changes what comes out has to be part of `kind`; the versions of cachet and of TypeScript are.
 */
export function bookPath(directory: string, kind: readonly unknown[]): string | undefined {
  const modules = modulesAround(directory);
  if (modules === undefined) return undefined;
  const name = hash("sha256", JSON.stringify([FORMAT, ...versions(), ...kind]), "hex").slice(0, 32);
  return join(modules, ".cache", "cachet-build", `${name}.receipts`);
}

function modulesAround(directory: string): string | undefined {
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

/** An empty book where there is none, or none that can be read. */
export function readBook(path: string): Book {
  try {
    const bytes = readFileSync(path);
    const content = bytes.subarray(HEAD);
    if (bytes.toString("latin1", 0, HEAD) === hash("sha256", content, "hex")) return unpack(deserialize(content));
  } catch {
    // What can't be read is made anew.
  }
  return { receipts: new Map(), notes: new Map() };
}

/** Whole or not at all; a directory that can't be written to costs the next build its time and nothing else. */
export function writeBook(path: string, book: Book): void {
  try {
    const content = serialize(pack(book));
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(hash("sha256", content, "hex")), content]));
    renameSync(temporary, path);
    removeOldest(dirname(path));
  } catch {
    // The build itself went well.
  }
}

function removeOldest(directory: string): void {
  const books = readdirSync(directory).filter((name) => NAME.test(name));
  const dated = books.map((name) => ({ path: join(directory, name), time: statSync(join(directory, name)).mtimeMs }));
  for (const { path } of dated.sort((one, other) => other.time - one.time).slice(KEPT)) rmSync(path, { force: true });
}

/** Lists of paths as places in one list of all: a thousand functions may reach the same thousand files. */
type Packed = {
  files: string[];
  receipts: [id: string, text: string, result: unknown][];
  notes: Map<string, Notes>;
};

function pack({ receipts, notes }: Book): Packed {
  const places = new Map<string, number>();
  const placeOf = (file: string): number => {
    const place = places.get(file) ?? places.size;
    places.set(file, place);
    return place;
  };
  const lists = new Map<readonly string[], Uint32Array>();
  const packList = (list: readonly string[]): Uint32Array => {
    const packed = lists.get(list) ?? Uint32Array.from(list, placeOf);
    lists.set(list, packed);
    return packed;
  };
  const packed = [...receipts].map(([id, { text, result }]): Packed["receipts"][number] => {
    const { code, map, diagnostics, dependencies } = result;
    const functions = result.functions.map((fn) => ({ ...withoutTree(fn), dependencies: packList(fn.dependencies) }));
    const bareMap = map && { ...map, sourcesContent: undefined };
    return [id, text, { code, map: bareMap, diagnostics, functions, dependencies: packList(dependencies) }];
  });
  return { files: [...places.keys()], receipts: packed, notes };
}

/** The tree is long, and made only for who asks for it. */
function withoutTree({ id, name, kind, hash, line, column, options, parts }: TransformResult["functions"][number]) {
  return { id, name, kind, hash, line, column, options, parts };
}

type PackedResult = Omit<TransformResult, "dependencies" | "functions"> & {
  dependencies: Uint32Array;
  functions: (Omit<TransformResult["functions"][number], "dependencies"> & { dependencies: Uint32Array })[];
};

function unpack({ files, receipts, notes }: Packed): Book {
  const lists = new Map<Uint32Array, string[]>();
  const unpackList = (packed: Uint32Array): string[] => {
    const list = lists.get(packed) ?? Array.from(packed, (place) => files[place] as string);
    lists.set(packed, list);
    return list;
  };
  const unpacked = receipts.map(([id, text, packed]): [string, Receipt] => {
    const { functions, dependencies, ...rest } = packed as PackedResult;
    const reports = functions.map((fn) => ({ ...fn, dependencies: unpackList(fn.dependencies) }));
    return [id, { text, result: { ...rest, functions: reports, dependencies: unpackList(dependencies) } }];
  });
  return { receipts: new Map(unpacked), notes };
}
