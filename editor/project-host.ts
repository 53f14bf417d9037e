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

function createResolver(api: TypeScript, path: string): SyncToolHost["resolve"] {
  const defaults = { moduleResolution: api.ModuleResolutionKind.Bundler, module: api.ModuleKind.ESNext };
  const host = { ...api.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const parsed = path === "" ? undefined : api.getParsedCommandLineOfConfigFile(path, undefined, host);
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
