import type ts from "typescript";
import type { Answer, Asking } from "../../host-requests.ts";
import { quickApi } from "../../syntax/fast-ts-api.ts";
import { locatePackageFile, type PackageFile, toPosix } from "../../syntax/paths.ts";
import type { TypeScript } from "../../types.ts";
import type { Group, Reach } from "./closure.ts";
import { Trail } from "./lookup-path.ts";
import type { Module } from "./modules.ts";
import { type Unit, Units } from "./nodes.ts";
import type { Destination } from "./resolve-import.ts";

/** Lives as long as the tool does: each text of a file is parsed once. */
export interface LinkContext {
  api: TypeScript;
  /** By file, for the text that it had last. */
  parsed: Map<string, Module>;
  /** A tree of the file that the tool has anyway, so that it isn't read and parsed again. */
  sourceFileOf?: (file: string) => ts.SourceFile | undefined;
}

export function createLinkContext(api: TypeScript, sourceFileOf?: LinkContext["sourceFileOf"]): LinkContext {
  return { api: quickApi(api), parsed: new Map(), ...(sourceFileOf && { sourceFileOf }) };
}

/**
 * What all functions that are linked between two changes of any file share: answers are asked for once, and what a
 * declaration reaches is found and hashed once. It must not live longer, since files change under a dev server.
 */
export interface Session {
  context: LinkContext;
  /** Directory for paths outside any package. */
  root: string | undefined;
  /** Names that a bundler replaces, with what it puts there. */
  define: Readonly<Record<string, unknown>>;
  reads: Map<string, Answer>;
  /** By the file whose code asked: who knows the answers for all files that a hash covers knows the hash. */
  asked: Map<string, Asked>;
  /** Where imports lead: by the file that they stand in, then by what is imported. */
  destinations: Map<string, Map<string, Destination>>;
  modules: Map<string, Module>;
  units: Units;
  /** Where the searches for names begin. */
  trail: Trail;
  /** Of each unit whose reach is complete. */
  hashes: WeakMap<object, string>;
  /** Of the same units. */
  groups: WeakMap<Unit, Group>;
  reaches: WeakMap<Group, Reach>;
}

export interface SessionOptions {
  root?: string | undefined;
  define?: Session["define"] | undefined;
  asked?: Session["asked"];
}

/** All that was asked for the sake of one file's code, with the answers. */
export interface Asked {
  reads: Map<string, Answer>;
  /** By specifier. */
  resolved: Map<string, string | undefined>;
}

/** Make a new one whenever a file may have changed, and for each environment that resolves in a way of its own. */
export function openSession(
  context: LinkContext,
  { root, define = {}, asked = new Map() }: SessionOptions = {},
): Session {
  return {
    context,
    root,
    define,
    reads: new Map(),
    asked,
    destinations: new Map(),
    modules: new Map(),
    units: new Units(),
    trail: new Trail(),
    hashes: new WeakMap(),
    groups: new WeakMap(),
    reaches: new WeakMap(),
  };
}

/** Reads a file on behalf of another one, whose code led to it. */
export function* read(session: Session, file: string, asker: string): Asking<Answer> {
  const answer = session.reads.has(file) ? session.reads.get(file) : yield { type: "read", file };
  session.reads.set(file, answer);
  askedBy(session, asker).reads.set(file, answer);
  return answer;
}

/** Where a file lies in its package. */
export function locateFile(session: Session, file: string, root: string | undefined): Asking<PackageFile> {
  return locatePackageFile(file, root, (json) => read(session, json, toPosix(file)));
}

/** Where a file's import leads, as the tool says. */
export function* resolve(session: Session, specifier: string, importer: string): Asking<string | undefined> {
  const answer = yield { type: "resolve", specifier, importer };
  const found = typeof answer === "string" ? answer : undefined;
  askedBy(session, importer).resolved.set(specifier, found);
  return found;
}

function askedBy({ asked }: Session, asker: string): Asked {
  const known = asked.get(asker) ?? { reads: new Map(), resolved: new Map() };
  asked.set(asker, known);
  return known;
}

/** A file's text without its byte order mark, or `undefined` where it holds something else. */
export function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  const text = typeof answer === "string" ? answer.replace(/^\uFEFF/, "") : decode(answer);
  return text?.includes("\0") ? undefined : text;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
