import type { Answer, Asking } from "../../host-requests.ts";
import { locatePackageFile, type PackageFile, toPosix } from "../../syntax/paths.ts";
import { fastApi } from "../../syntax/syntax-api.ts";
import type { SyntaxApi } from "../../types.ts";
import { LookupPath } from "./lookup-path.ts";
import type { Asked, ImportMode, LinkContext, Session } from "./model.ts";

export type { LinkContext, Session };

export function createLinkContext(api: SyntaxApi, sourceFileOf?: LinkContext["sourceFileOf"]): LinkContext {
  return { api: fastApi(api), parsed: new Map(), ...(sourceFileOf && { sourceFileOf }) };
}

export interface SessionOptions {
  root?: string | undefined;
  define?: Session["define"] | undefined;
  jsxImportSource?: string | undefined;
  describesCode?: boolean;
  asked?: Session["asked"];
}

/** Make a new one whenever a file may have changed, and for each environment that resolves in a way of its own. */
export function openSession(
  context: LinkContext,
  { root, define = {}, jsxImportSource, describesCode = false, asked = new Map() }: SessionOptions = {},
): Session {
  return {
    context,
    root,
    define,
    jsxImportSource,
    describesCode,
    reads: new Map(),
    asked,
    resolvedImports: new Map(),
    modules: new Map(),
    nodes: new Map(),
    lookupPath: new LookupPath(),
    hashes: new WeakMap(),
    changes: new WeakMap(),
    moduleCalls: new WeakMap(),
    outwardChanges: new WeakMap(),
    changesAround: new WeakMap(),
    changedBy: new WeakMap(),
    fieldChanges: new WeakMap(),
    components: new WeakMap(),
    closures: new WeakMap(),
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
export function* resolve(
  session: Session,
  specifier: string,
  importer: string,
  mode?: ImportMode,
): Asking<string | undefined> {
  const answer = yield { type: "resolve", specifier, importer, ...(mode && { mode }) };
  const found = typeof answer === "string" ? answer : undefined;
  askedBy(session, importer).resolved.set(specifier, found);
  return found;
}

/** What a global that a file's code uses counts as: its name, and the text that the tool puts in its place. */
export function globalLabel(session: Session, name: string, asker: string): string {
  const label = labelIn(session.define, name);
  if (label !== name) askedBy(session, asker).replaced.set(name, label);
  return label;
}

/** Environment reads join the key instead. */
export function labelIn(define: Session["define"], name: string): string {
  const isEnvironment = (key: string) => key.startsWith("process.env.") || key.startsWith("import.meta.env.");
  const replaced = Object.entries(define)
    .filter(([key]) => key === name || (key.startsWith(`${name}.`) && !isEnvironment(key)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return replaced.length > 0 ? `${name} ${JSON.stringify(replaced)}` : name;
}

function askedBy({ asked }: Session, asker: string): Asked {
  const known = asked.get(asker) ?? { reads: new Map(), resolved: new Map(), replaced: new Map() };
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
