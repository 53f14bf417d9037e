import { readFileSync } from "node:fs";
import type ts from "typescript";
import { parse } from "../../transformer/syntax/parse.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";
import type { TypeScript } from "../../transformer/types.ts";
import { followImports } from "../imports.ts";

const SCRIPT = /\.[cm]?[jt]sx?$/;

/**
 * Whether a configuration uses a module of cachet: imports it and does something with it, or names it in a string. One
 * that stands in a comment, or is imported and left at that, is not used. Files that it imports from the project count.
 */
export function usesModule(api: TypeScript, file: string, modules: readonly string[]): boolean {
  if (!SCRIPT.test(file)) return withoutComments(readFileSync(file, "utf8")).some((line) => namesModule(line, modules));
  const resolve = (specifier: string, importer: string) =>
    /^\.\.?\//.test(specifier)
      ? api.resolveModuleName(
          specifier,
          importer,
          { allowJs: true, moduleResolution: api.ModuleResolutionKind.Bundler },
          api.sys,
        ).resolvedModule?.resolvedFileName
      : undefined;
  return [...followImports(api, [file], resolve)].some((each) => usesInScript(api, each, modules));
}

function usesInScript(api: TypeScript, file: string, modules: readonly string[]): boolean {
  const sourceFile = parse(api, file, readFileSync(file, "utf8"));
  const scopes = createScopes(api, sourceFile);
  const imported = [...scopes.topLevel()].filter((binding) => modules.includes(binding.import?.specifier ?? ""));
  if (imported.some((binding) => scopes.usesOf(binding).length > 0)) return true;
  let isNamed = false;
  const visit = (node: ts.Node): void => {
    if (api.isImportDeclaration(node)) return;
    if (api.isStringLiteralLike(node) && modules.includes(node.text)) isNamed ||= !isUnusedRequire(api, node, scopes);
    api.forEachChild(node, visit);
  };
  visit(sourceFile);
  return isNamed;
}

/** `const cachet = require("cachet/webpack")` and no use of it. */
function isUnusedRequire(api: TypeScript, node: ts.Node, scopes: ReturnType<typeof createScopes>): boolean {
  let at = node.parent;
  while (at && !api.isStatement(at) && !api.isVariableDeclaration(at)) at = at.parent;
  if (
    !at ||
    !api.isVariableDeclaration(at) ||
    !/^\s*(?:await\s+import|require)\s*\(/.test(at.initializer?.getText() ?? "")
  )
    return false;
  return scopes.declaredBy(at).every((binding) => scopes.usesOf(binding).length === 0);
}

/** JSON with comments, YAML, TOML: in none of them a module's name starts like a comment. */
function withoutComments(text: string): string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)(?:#|\/\/).*$/, ""));
}

/** `cachet/register`, not `cachet/registered`. */
export function namesModule(line: string, modules: readonly string[]): boolean {
  return modules.some((module) =>
    new RegExp(`(?<![\\w/@-])(?:npm:)?${module.replace("/", "\\/")}(?![\\w-])`).test(line),
  );
}
