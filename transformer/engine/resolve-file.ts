import { readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import { EXTENSIONS, INSTALLED, SCRIPT_PATH } from "./file-filter.ts";
import { pathsOf } from "./tsconfig-paths.ts";

/** Asks whether there is a file. */
export type FileTest = (path: string) => boolean;

export const isFile: FileTest = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** A relative import that names an existing script means that file, in every tool. */
export function resolveExactly(specifier: string, importer: string, exists: FileTest = isFile): string | undefined {
  if (!/^\.\.?\/[^?]*\.[cm]?[jt]sx?$/.test(specifier)) return undefined;
  const file = toPosix(join(dirname(importer), specifier));
  return exists(file) ? file : undefined;
}

/**
 * How a tool without a resolver of its own finds a file: as TypeScript and Node would, with and without extension, the
 * `.ts` behind a `.js`, a folder's index, a package, and what `paths` of the tsconfig.json means.
 */
export function resolveLikeNode(specifier: string, importer: string): string | undefined {
  if (/^\.\.?(?:\/|$)/.test(specifier)) return candidates(join(dirname(importer), specifier)).find(isFile);
  if (isBuiltin(specifier)) return undefined;
  try {
    return createRequire(importer).resolve(specifier);
  } catch {
    return pathsOf(importer, specifier).flatMap(candidates).find(isFile);
  }
}

/**
 * The scripts that an import may mean as soon as they exist, since each stands where another one is found: no file that
 * was read changes then. In a tool whose order of extensions is not known, all of them.
 */
export function shadowingFiles(
  specifier: string,
  importer: string,
  found: string | undefined,
  order: "known" | "unknown",
): string[] {
  const isRelative = /^\.\.?(?:\/|$)/.test(specifier);
  if (found === undefined ? !isRelative : INSTALLED.test(found) || !SCRIPT_PATH.test(found)) return [];
  const named = isRelative ? toPosix(join(dirname(importer), specifier)) : undefined;
  if (named === found) return [];
  const stem = found?.replace(SCRIPT_PATH, "").replace(/\/index$/, "");
  const places = candidates(named ?? (stem as string)).filter((place) => SCRIPT_PATH.test(place));
  const end = places.indexOf(found ?? "");
  return order === "known" && end >= 0 ? places.slice(0, end) : places.filter((place) => place !== found);
}

function candidates(base: string): string[] {
  const source = base.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  const ends = EXTENSIONS.map((extension) => `.${extension}`);
  const direct = source === base ? [base] : [source, base, base.replace(/\.js$/, ".tsx")];
  return [...direct, ...ends.map((end) => base + end), ...ends.map((end) => join(base, `index${end}`))].map(toPosix);
}

/** A workspace package that is linked into `node_modules` counts by content, also where a tool keeps the links. */
export function withoutLink(id: string): string {
  if (!id.includes("/node_modules/")) return id;
  const file = withoutQuery(id);
  try {
    const real = toPosix(realpathSync.native(file));
    return real.includes("/node_modules/") ? id : real + id.slice(file.length);
  } catch {
    return id;
  }
}

/** At once: a file of some kilobytes is read in a tenth of the time that a promise takes to come back. */
export function readOrUndefined(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
