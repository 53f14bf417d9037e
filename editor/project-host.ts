import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type ts from "typescript";
import type { SyncToolHost } from "../transformer/engine/host.ts";
import type { TypeScript } from "../transformer/types.ts";

const WITHOUT_CONFIG: ts.CompilerOptions = {
  allowJs: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
};

/**
 * Resolves imports as TypeScript does with the tsconfig.json nearest to the importing file. `open` gives the text of a
 * file that an editor has open, which may differ from the disk.
 */
export function createProjectHost(api: TypeScript, open: (file: string) => string | undefined): SyncToolHost {
  const resolvers = new Map<string, SyncToolHost["resolve"]>();
  const resolverFor = (directory: string) => {
    const path = api.findConfigFile(directory, api.sys.fileExists) ?? "";
    const known = resolvers.get(path) ?? createResolver(api, path);
    resolvers.set(path, known);
    return known;
  };
  const byDirectory = new Map<string, SyncToolHost["resolve"]>();
  return {
    resolve(specifier, importer) {
      const directory = dirname(importer);
      const resolve = byDirectory.get(directory) ?? resolverFor(directory);
      byDirectory.set(directory, resolve);
      return resolve(specifier, importer);
    },
    read(file) {
      const text = open(file);
      // As bytes, which are the same once it is saved: so the build cache holds for the next process.
      return text === undefined ? readOrUndefined(file) : Buffer.from(text);
    },
  };
}

/** The files of the project around a file: those that its tsconfig.json takes in, else those beside it. */
export function filesOfProject(api: TypeScript, file: string): readonly string[] {
  const directory = dirname(file);
  const path = api.findConfigFile(directory, api.sys.fileExists);
  if (path === undefined) return api.sys.readDirectory(directory, [".ts", ".mts", ".js", ".mjs"], [], [], 1);
  return parseConfig(api, path)?.fileNames ?? [];
}

function parseConfig(api: TypeScript, path: string): ts.ParsedCommandLine | undefined {
  const host = { ...api.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  return api.getParsedCommandLineOfConfigFile(path, undefined, host);
}

function createResolver(api: TypeScript, path: string): SyncToolHost["resolve"] {
  const defaults = { moduleResolution: api.ModuleResolutionKind.Bundler, module: api.ModuleKind.ESNext };
  const parsed = path === "" ? undefined : parseConfig(api, path);
  const options = parsed?.options ?? { ...WITHOUT_CONFIG, ...defaults };
  return (specifier, importer) =>
    api.resolveModuleName(specifier, importer, options, api.sys).resolvedModule?.resolvedFileName;
}

function readOrUndefined(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
