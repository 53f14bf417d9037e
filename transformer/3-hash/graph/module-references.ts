import type ts from "typescript";
import { isWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { fileReferences, namesFile } from "./file-references.ts";
import { membersTaken, patternKeys } from "./members-taken.ts";
import type { CodeReference } from "./model.ts";
import { constantText, isRequire, memberName, outermostAccess, pathOf } from "./name-path.ts";

/** The modules, files and places that one call, `new` or `import.meta` leads to. */
export function moduleReferences(api: SyntaxApi, scopes: Scopes, node: ts.Node): CodeReference[] {
  if (api.isMetaProperty(node)) return metaReferences(api, scopes, node);
  if (api.isNewExpression(node)) return fileReferences(api, scopes, node);
  if (!api.isCallExpression(node)) return [];
  const callee = skipWrappers(api, node.expression);
  if (isDynamicImport(api, callee)) return [importOf(api, scopes, node, "import", importedMembers(api, scopes, node))];
  if (isRequire(api, scopes, callee)) return [importOf(api, scopes, node, "require", membersTaken(api, scopes, node))];
  const path = pathOf(api, scopes, callee);
  const [first = ""] = path?.names ?? [];
  if (path?.root === "require" && first === "resolve") return [importOf(api, scopes, node, "require", undefined)];
  if (memberName(api, scopes, callee) === "resolve") {
    const owner = skipWrappers(api, (callee as ts.PropertyAccessExpression).expression);
    if (isRequire(api, scopes, owner)) return [importOf(api, scopes, node, "require", undefined)];
  }
  if (path?.root === "import.meta" && MANY.has(first))
    return [{ type: "unknown", what: `import.meta.${first}()`, at: node }];
  if (path?.root === "importScripts") return [{ type: "unknown", what: "importScripts()", at: node }];
  return fileReferences(api, scopes, node);
}

/** Functions of bundlers that take in as many files as are there. */
const MANY = new Set(["glob", "globEager", "webpackContext"]);

function isDynamicImport(api: SyntaxApi, callee: ts.Node): boolean {
  const { ImportKeyword } = api.SyntaxKind;
  return callee.kind === ImportKeyword || (api.isMetaProperty(callee) && callee.keywordToken === ImportKeyword);
}

function importOf(
  api: SyntaxApi,
  scopes: Scopes,
  call: ts.CallExpression,
  mode: "import" | "require",
  members: string[] | undefined,
): CodeReference {
  const [argument] = call.arguments;
  const specifier = argument && constantText(api, scopes, argument);
  if (specifier === undefined) return { type: "unknown", what: `${mode}() of a computed path`, at: call };
  return { type: "import", specifier, mode, members: members ?? "*", at: call };
}

/** `(await import("x")).a`, `import("x").then((m) => m.a)`, `import("x").then(({ a }) => a)`; else anything. */
function importedMembers(api: SyntaxApi, scopes: Scopes, call: ts.CallExpression): string[] | undefined {
  let node: ts.Node = call;
  while (isWrapper(api, node.parent)) node = node.parent;
  const { parent } = node;
  if (api.isAwaitExpression(parent)) return membersTaken(api, scopes, parent);
  if (memberName(api, scopes, parent) !== "then") return undefined;
  let then: ts.Node = parent;
  while (isWrapper(api, then.parent)) then = then.parent;
  if (!api.isCallExpression(then.parent) || then.parent.expression !== then) return undefined;
  const [first] = then.parent.arguments;
  const callback = first && skipWrappers(api, first);
  if (!callback || !(api.isArrowFunction(callback) || api.isFunctionExpression(callback))) return undefined;
  const [parameter] = callback.parameters;
  if (!parameter || parameter.dotDotDotToken) return undefined;
  if (!api.isIdentifier(parameter.name)) return patternKeys(api, parameter.name);
  const taken: string[] = [];
  for (const binding of scopes.declaredBy(parameter)) {
    for (const use of scopes.usesOf(binding)) {
      const members = membersTaken(api, scopes, use);
      if (!members) return undefined;
      taken.push(...members);
    }
  }
  return taken;
}

/** Members of `import.meta` that lead to the place of the file. */
const PLACES = new Set(["url", "dirname", "filename", "resolve", "path", "dir", "file"]);
/** Members that are found elsewhere, or mean nothing for a result. */
const OTHERS = new Set(["env", "hot", "main", ...MANY]);

function metaReferences(api: SyntaxApi, scopes: Scopes, meta: ts.MetaProperty): CodeReference[] {
  if (meta.keywordToken !== api.SyntaxKind.ImportKeyword) return [];
  const { node, names } = outermostAccess(api, scopes, meta);
  const [first] = names;
  if (api.isCallExpression(meta.parent) && meta.parent.expression === meta) return [];
  if (first === undefined) return [{ type: "place" }, { type: "global", name: "import.meta", identifier: meta }];
  if (OTHERS.has(first)) return [];
  if (!PLACES.has(first)) return [{ type: "global", name: `import.meta.${first}`, identifier: meta }];
  return namesFile(api, scopes, node) ? [] : [{ type: "place" }];
}
