import type ts from "typescript";
import type { ImportMode } from "../host-requests.ts";
import type { TypeScript } from "../types.ts";

type Format = ts.ResolutionMode | undefined;

/**
 * How a TypeScript compiler finds modules: by the mode of each import, since a package may have one file for `import`
 * and another for `require`, and on to the code where it first finds declarations.
 */
export function createResolver(
  api: TypeScript,
  options: ts.CompilerOptions,
  cache: ts.ModuleResolutionCache,
  formatOf: (file: string) => Format,
): (specifier: string, importer: string, mode?: ImportMode) => string | undefined {
  // For code only: internal, as `go to source definition` uses it. A compiler that doesn't know it finds the same again.
  const forCode = { ...options, noDtsResolution: true } as ts.CompilerOptions;
  const find = (specifier: string, importer: string, mode: Format, by: ts.CompilerOptions) => {
    const { resolvedModule } = api.resolveModuleName(
      specifier,
      importer,
      by,
      api.sys,
      by === options ? cache : undefined,
      undefined,
      mode,
    );
    return resolvedModule && withoutLink(resolvedModule.resolvedFileName);
  };
  // Under `preserveSymlinks` a workspace package goes by its link; it counts by content all the same.
  const withoutLink = (file: string): string => {
    const real = options.preserveSymlinks && file.includes("/node_modules/") ? api.sys.realpath?.(file) : undefined;
    return real && !real.includes("/node_modules/") ? real : file;
  };
  const formatAt = (importer: string): Format =>
    formatOf(importer) ?? api.getImpliedNodeFormatForFile(importer, cache.getPackageJsonInfoCache(), api.sys, options);
  return (specifier, importer, mode) => {
    const { CommonJS, ESNext } = api.ModuleKind;
    const wanted = mode === "require" ? CommonJS : mode === "import" ? ESNext : formatAt(importer);
    const found = find(specifier, importer, wanted, options);
    if (found === undefined || !/\.d\.[cm]?ts$/.test(found) || found.includes("/node_modules/")) return found;
    return find(specifier, importer, wanted, forCode) ?? found;
  };
}
