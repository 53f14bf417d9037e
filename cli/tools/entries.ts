import { existsSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { mayHaveMark } from "../../transformer/1-marks/find-marks.ts";
import { toPosix } from "../../transformer/syntax/paths.ts";
import type { TypeScript } from "../../transformer/types.ts";
import { followImports } from "../imports.ts";
import type { Package } from "./packages.ts";

/**
 * Whether a command that runs files (`node src/main.ts`, `bun test`) runs code with marks: one of its entries leads to
 * a marked file. Tests are found by patterns, and so are those that can't be followed: they count.
 */
export function runsMarkedCode(api: TypeScript, { directory, marked }: Package, words: readonly string[]): boolean {
  const rest = words.slice(1);
  if (rest.some((word) => /^(?:--test|test)$/.test(word))) return true;
  const entries = rest.filter((word) => /\.[cm]?[jt]sx?$/.test(word) && !word.startsWith("-"));
  return entries.some((entry) => {
    const file = toPosix(resolvePath(directory, entry));
    if (!existsSync(file)) return /\.[cm]?tsx?$/.test(entry);
    if (marked.length === 0) return /\.[cm]?tsx?$/.test(entry);
    return reaches(api, file, new Set(marked));
  });
}

function reaches(api: TypeScript, file: string, marked: ReadonlySet<string>): boolean {
  const options = {
    allowJs: true,
    moduleResolution: api.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
  };
  const resolve = (specifier: string, importer: string) =>
    api.resolveModuleName(specifier, importer, options, api.sys).resolvedModule?.resolvedFileName;
  for (const each of followImports(api, [file], resolve)) {
    if (marked.has(each) || isMarkedElsewhere(api, each)) return true;
  }
  return false;
}

/** A workspace package's source is reached through its link. */
function isMarkedElsewhere(api: TypeScript, file: string): boolean {
  return mayHaveMark(api.sys.readFile(file) ?? "");
}
