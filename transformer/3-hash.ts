import type { Diagnostics } from "./diagnostics.ts";
import { type Answer, createFileLinks, type LinkContext, type LinkWarning, link, type Request } from "./link.ts";
import { toPosix } from "./package-id.ts";
import type { Scopes } from "./scope.ts";
import type { CachedFunction, KeyPart, Source } from "./types.ts";

export { digest, HASH_FORMAT, serialize } from "./hash/serialize.ts";

export interface HashSettings {
  /** Name of the imported runtime in emitted code. */
  prefix: string;
  /** Directory that paths are relative to where no named package is found. */
  root?: string | undefined;
}

/**
 * Sets `hash` and `linked` of each function, adds the environment variables that it or anything it reaches reads to
 * its key, and warns of what no hash can see.
 */
export function* hashFunctions(
  source: Source,
  scopes: Scopes,
  functions: CachedFunction[],
  links: LinkContext,
  diagnostics: Diagnostics,
  settings: HashSettings = { prefix: "__cachet" },
): Generator<Request, void, Answer> {
  if (functions.length === 0) return;
  const fileLinks = createFileLinks(links, source.sourceFile, scopes, settings.root);
  for (const fn of functions) {
    const { codeHash, version, options } = fn;
    fn.linked = yield* link(fileLinks, fn.node, { codeHash, version, expressions: options.expressions });
    fn.hash = fn.linked.hash;
    if (fn.kind === "data" || fn.kind === "resource") addEnvironment(fn.parts, fn.linked.envReads, settings.prefix);
    for (const warning of fn.linked.warnings) report(diagnostics, source, fn, warning);
  }
}

/** Bundlers replace `process.env.X` by text: the read must stand there as people write it, and survive a page. */
function addEnvironment(parts: KeyPart[], names: readonly string[], prefix: string): void {
  for (const name of names) parts.push({ label: name, text: `${prefix}.capture(() => ${name})` });
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
