import type { Diagnostics } from "./diagnostics.ts";
import { type Answer, type LinkWarning, link, openFile, type Request, type Session } from "./link.ts";
import { toPosix } from "./package-id.ts";
import type { CachedFunction, KeyPart, Source } from "./types.ts";

export { digest } from "./hash/digest.ts";
export { HASH_FORMAT, serialize } from "./hash/serialize.ts";

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
  for (const fn of functions) {
    const { codeHash, version, options } = fn;
    fn.linked = yield* link(fileLinks, fn.node, { codeHash, version, expressions: options.expressions });
    fn.hash = fn.linked.hash;
    if (fn.kind === "data" || fn.kind === "resource") addEnvironment(fn.parts, fn.linked.envReads, prefix);
    for (const warning of fn.linked.warnings) report(diagnostics, source, fn, warning);
  }
}

/** Bundlers replace `process.env.X` by text: the read must stand there as people write it, and survive a page. */
function addEnvironment(parts: KeyPart[], names: readonly string[], prefix: string): void {
  for (const name of names) parts.push({ label: name, text: `${prefix}.capture(() => ${name})`, isPrimitive: true });
}

/** A warning about another file is shown at the mark, since this file is what the tool is looking at. */
function report(diagnostics: Diagnostics, source: Source, fn: CachedFunction, warning: LinkWarning): void {
  const { code, message, fix, file, start, length, line } = warning;
  if (file === toPosix(source.sourceFile.fileName)) diagnostics.warn(code, start, length, message, fix);
  else
    diagnostics.warn(
      code,
      fn.mark.start,
      fn.mark.tag.length,
      `${message} (${file}:${line}, reached by "${fn.name}")`,
      fix,
    );
}
