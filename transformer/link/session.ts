import type ts from "typescript";
import { quickApi } from "../quick-api.ts";
import type { TypeScript } from "../types.ts";
import type { Module } from "./modules.ts";
import type { Answer, Asking } from "./protocol.ts";
import type { Group, Reach } from "./reach.ts";
import type { Destination } from "./resolve.ts";
import { Trail } from "./trail.ts";
import { type Unit, Units } from "./units.ts";

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
}

/** Make a new one whenever a file may have changed, and for each environment that resolves in a way of its own. */
export function createSession(context: LinkContext, { root, define = {} }: SessionOptions = {}): Session {
  return {
    context,
    root,
    define,
    reads: new Map(),
    destinations: new Map(),
    modules: new Map(),
    units: new Units(),
    trail: new Trail(),
    hashes: new WeakMap(),
    groups: new WeakMap(),
    reaches: new WeakMap(),
  };
}

export function* read(session: Session, file: string): Asking<Answer> {
  if (session.reads.has(file)) return session.reads.get(file);
  const answer = yield { type: "read", file };
  session.reads.set(file, answer);
  return answer;
}

/** A file's text without its byte order mark, or `undefined` where it holds something else. */
export function textOf(answer: Answer): string | undefined {
  if (answer === undefined) return undefined;
  const text = typeof answer === "string" ? answer.replace(/^\uFEFF/, "") : decode(answer);
  return text?.includes("\0") ? undefined : text;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
