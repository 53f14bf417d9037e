import { readFileSync } from "node:fs";
import type { TypeScript } from "../transformer/types.ts";
import { isSource } from "./tsconfig.ts";

/** The sources that some files import, in any number of steps, and the files themselves. Packages are left out. */
export function followImports(
  api: TypeScript,
  files: readonly string[],
  resolve: (specifier: string, importer: string) => string | undefined,
): Set<string> {
  const found = new Set(files);
  for (const file of found) {
    for (const { fileName } of importsOf(api, file)) {
      const imported = resolve(fileName, file);
      if (imported !== undefined && isSource(imported) && !imported.includes("/node_modules/")) found.add(imported);
    }
  }
  return found;
}

function importsOf(api: TypeScript, file: string) {
  try {
    return api.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles;
  } catch {
    // Whoever wants the file itself says that it can't be read.
    return [];
  }
}
