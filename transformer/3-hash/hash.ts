import type { Diagnostics } from "../diagnostics.ts";
import type { Answer, Request } from "../host-requests.ts";
import { toPosix } from "../syntax/paths.ts";
import type { CachedFunction, HashWarning, KeyPart, Source } from "../types.ts";
import type { Session } from "./graph/build-session.ts";
import { link, openFile } from "./graph/hash-function.ts";

export { digest } from "./normal-form/digest.ts";
export { HASH_FORMAT, serialize } from "./normal-form/serialize.ts";

/**
 * Sets `hash` and `linked` of each function, adds the environment variables that it or anything it reaches reads to
 * its key, and warns of what no hash can see. `prefix` is the name of the imported runtime in emitted code.
 */
export function* hashFunctions(
  source: Source,
  functions: CachedFunction[],
  session: Session,
  diagnostics: Diagnostics,
  prefix: string,
): Generator<Request, void, Answer> {
  if (functions.length === 0) return;
  const fileLinks = yield* openFile(session, source.sourceFile);
  const elsewhere = new Map<string, Elsewhere>();
  for (const fn of functions) {
    const { codeHash, version, options } = fn;
    fn.linked = yield* link(fileLinks, fn.node, { codeHash, version, expressions: options.expressions });
    fn.hash = fn.linked.hash;
    if (fn.kind === "data" || fn.kind === "resource") addEnvironment(fn.parts, fn.linked.envReads, prefix);
    for (const warning of fn.linked.warnings) {
      const { code, message, fix, file, start, length } = warning;
      if (file === toPosix(source.sourceFile.fileName)) diagnostics.warn(code, start, length, message, fix);
      else addReader(elsewhere, warning, fn);
    }
  }
  for (const found of elsewhere.values()) reportElsewhere(diagnostics, found);
}

/** A warning about another file, and the functions that reach what it is about. */
interface Elsewhere {
  warning: HashWarning;
  readers: [CachedFunction, ...CachedFunction[]];
}

function addReader(elsewhere: Map<string, Elsewhere>, warning: HashWarning, fn: CachedFunction): void {
  const place = `${warning.code} ${warning.file} ${warning.start}`;
  const known = elsewhere.get(place);
  if (known) known.readers.push(fn);
  else elsewhere.set(place, { warning, readers: [fn] });
}

/** Shown once, at the first mark that it concerns, since this file is what the tool is looking at. */
function reportElsewhere(diagnostics: Diagnostics, { warning, readers }: Elsewhere): void {
  const { code, message, fix, file, line } = warning;
  const [{ name, mark }, ...more] = readers;
  const by = more.length === 0 ? `"${name}"` : `"${name}" and ${more.length} more`;
  diagnostics.warn(code, mark.start, mark.tag.length, `${message} (${file}:${line}, reached by ${by})`, fix);
}

/** Bundlers replace `process.env.X` by text: the read must stand there as people write it, and survive a page. */
function addEnvironment(parts: KeyPart[], names: readonly string[], prefix: string): void {
  for (const name of names) parts.push({ label: name, text: `${prefix}.capture(() => ${name})`, isPrimitive: true });
}
