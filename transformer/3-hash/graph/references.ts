import type ts from "typescript";
import { isWriteTarget, outermostWrapper } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Reference, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { ambienceOf, ambientMethod } from "./ambient-reads.ts";
import { bindingOfOwner, isStaticMember } from "./class-members.ts";
import { envRead } from "./env-reads.ts";
import { joinedReference } from "./file-references.ts";
import { globalsRead, isDynamicCode } from "./global-reads.ts";
import { isNamedAnew } from "./handed-on.ts";
import { hasOwn, inheritedPathAround, pathOfSuper } from "./inherited-paths.ts";
import { addJsxReferences } from "./jsx-runtime.ts";
import { membersTaken } from "./members-taken.ts";
import type { AmbientRead, CodeReference, References } from "./model.ts";
import { moduleReferences } from "./module-references.ts";
import { type NamePath, outermostAccess, pathAround, pathOf, pathOfImport, pathTo } from "./name-path.ts";

const PLACE_NAMES = new Set(["__dirname", "__filename"]);

/** Collects what a piece of code uses from outside itself. */
export function collectReferences(api: SyntaxApi, scopes: Scopes, node: ts.Node): References {
  const found: References = { uses: [], env: [], ambient: [] };
  const env = new Set<string>();
  for (const reference of scopes.freeReferences(node)) {
    addName(api, scopes, found.uses, reference);
    inspectPath(api, scopes, node, reference.identifier, found, env);
    addJoined(api, scopes, reference.identifier, found);
  }
  let jsx = false;
  for (const site of scopes.callSitesIn(node)) {
    if (api.isPropertyAccessExpression(site) || api.isBindingElement(site)) {
      const method = ambientMethod(api, scopes, site);
      if (method) found.ambient.push({ ...method, node: site });
      continue;
    }
    const references = moduleReferences(api, scopes, site);
    if (api.isMetaProperty(site)) {
      inspectPath(api, scopes, node, site, found, env);
      if (api.isPropertyAccessExpression(site.parent)) addJoined(api, scopes, site.parent, found);
    }
    if (api.isCallExpression(site)) inspectLoaded(api, scopes, node, site, references, found, env);
    else if (!api.isNewExpression(site) && !api.isMetaProperty(site)) jsx = true;
    found.uses.push(...references);
  }
  if (jsx) addJsxReferences(scopes, found.uses);
  found.env = [...env].sort();
  return found;
}

function addJoined(api: SyntaxApi, scopes: Scopes, directory: ts.Node, { uses }: References): void {
  const joined = joinedReference(api, scopes, directory);
  if (joined) uses.push(joined);
}

/** What a call takes of a module that it loads, or of what it is known to be called on. */
function inspectLoaded(
  api: SyntaxApi,
  scopes: Scopes,
  within: ts.Node,
  call: ts.CallExpression,
  references: readonly CodeReference[],
  found: References,
  env: Set<string>,
): void {
  const base = call.expression.kind === api.SyntaxKind.SuperKeyword && pathOfSuper(api, scopes, call);
  if (base) addReads(api, scopes, base, call.expression, found, env);
  const method = ambientMethod(api, scopes, call);
  if (method) found.ambient.push({ ...method, node: call });
  const { parent } = outermostWrapper(api, call);
  const loaded = api.isAwaitExpression(parent) ? parent : call;
  if (pathOf(api, scopes, loaded)) {
    inspectPath(api, scopes, within, loaded, found, env);
    return;
  }
  // `import("node:os").then((os) => os.hostname())`
  for (const use of references) {
    if (use.type !== "import" || use.members === "*") continue;
    for (const member of use.members) addReads(api, scopes, pathOfImport(use.specifier, member), call, found, env);
  }
}

/** What the path around a name reads of the environment or of anything else outside the program. */
function inspectPath(
  api: SyntaxApi,
  scopes: Scopes,
  within: ts.Node,
  start: ts.Node,
  found: References,
  env: Set<string>,
  seen: Set<ts.Node> = new Set(),
): void {
  const own = seen.has(start) ? undefined : pathAround(api, scopes, start);
  const around = own ?? (seen.has(start) ? undefined : inheritedPathAround(api, scopes, start));
  seen.add(start);
  if (!around) return;
  const { path, base, node } = around;
  for (const name of globalsRead(api, scopes, base, path, node)) {
    found.uses.push({ type: "global", name, identifier: node });
  }
  const isRead = addReads(api, scopes, path, node, found, env, own && isNamedAnew(api, scopes, node.parent));
  if (!isRead && isDynamicCode(api, scopes, path, node))
    found.uses.push({ type: "unknown", what: path.names.at(-1) ?? path.root, at: node });
  addReadsOfSubclass(api, scopes, within, node, path, found, env, seen);
  const { parent } = node;
  if (!api.isVariableDeclaration(parent) || parent.initializer !== node) return;
  // A constant inside the code that only renames what it reads: `const clock = Date; return clock.now()`.
  if (parent.pos < within.pos || parent.end > within.end) return;
  for (const binding of scopes.declaredBy(parent)) {
    for (const use of scopes.usesOf(binding)) inspectPath(api, scopes, within, use, found, env, seen);
  }
}

/**
 * What a class reads by extending what `node` spells: by `super(…)`, and by `this` and `super` in static members; also
 * by its name, where that is the code's own.
 */
export function addReadsOfSubclass(
  api: SyntaxApi,
  scopes: Scopes,
  within: ts.Node,
  node: ts.Node,
  path: NamePath,
  found: References,
  env: Set<string>,
  seen: Set<ts.Node> = new Set(),
): void {
  const owner = api.isHeritageClause(node.parent) ? node.parent.parent : undefined;
  if (!owner || !api.isClassLike(owner)) return;
  for (const member of owner.members) {
    const isStatic = isStaticMember(api, member) || api.isClassStaticBlockDeclaration(member);
    if (!isStatic && !api.isConstructorDeclaration(member)) continue;
    for (const use of walkOwn(api, member)) {
      const isSuper = use.kind === api.SyntaxKind.SuperKeyword;
      if (isStatic ? !isSuper && use.kind !== api.SyntaxKind.ThisKeyword : !isSuper) continue;
      const { node: whole, names } = outermostAccess(api, scopes, use);
      if (isStatic && !isSuper && hasOwn(api, owner, names[0])) continue;
      if (isStatic || names.length === 0) addReads(api, scopes, pathTo(path, names), whole, found, env);
    }
  }
  const binding = bindingOfOwner(api, scopes, owner);
  for (const use of binding ? scopes.usesOf(binding) : []) {
    if (use.pos < within.pos || use.end > within.end) continue;
    const { node: whole, names } = outermostAccess(api, scopes, use);
    if (!seen.has(use) && !hasOwn(api, owner, names[0]))
      addReads(api, scopes, pathTo(path, names), whole, found, env, isNamedAnew(api, scopes, whole.parent));
    seen.add(use);
  }
}

/** Adds what a path that `node` spells reads from outside, and says whether it does. */
export function addReads(
  api: SyntaxApi,
  scopes: Scopes,
  path: NamePath,
  node: ts.Node,
  found: { ambient: AmbientRead[] },
  env: Set<string>,
  isRenamed = false,
): boolean {
  const read = envRead(api, scopes, path, node);
  if (read?.type === "names") for (const name of read.names) env.add(name);
  if (read?.type === "whole") found.ambient.push({ ambience: "environment", what: read.source, node });
  const isUnused = read || isRenamed || isUnread(api, node);
  const outside = isUnused ? undefined : ambienceOf(api, scopes, path, node);
  if (outside) found.ambient.push({ ...outside, what: describePath(api, node), node: calledBy(api, node) ?? node });
  return read !== undefined || outside !== undefined;
}

/** Asked for its type, written, or handed on under the name of an export. */
function isUnread(api: SyntaxApi, node: ts.Node): boolean {
  return api.isTypeOfExpression(node.parent) || api.isExportSpecifier(node.parent) || isWriteTarget(api, node);
}

/** The call or `new` of what a node spells. */
function calledBy(api: SyntaxApi, node: ts.Node): ts.CallExpression | ts.NewExpression | undefined {
  const { parent } = node;
  const isCall = (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === node;
  return isCall ? parent : undefined;
}

/** `Date.now()` as people write it. */
function describePath(api: SyntaxApi, node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, "");
  const call = calledBy(api, node);
  if (!call) return text;
  return api.isNewExpression(call) ? `new ${text}()` : `${text}()`;
}

/** Adds what a name refers to: of a namespace import the members taken, where that is visible. */
export function addName(
  api: SyntaxApi,
  scopes: Scopes,
  uses: CodeReference[],
  { name, identifier, binding }: Reference,
): void {
  if (!binding) {
    // `export { T }` of a type: only what a file declares can be exported.
    if (api.isExportSpecifier(identifier.parent)) return;
    if (PLACE_NAMES.has(name)) uses.push({ type: "place" });
    if (name === "eval" && api.isCallExpression(identifier.parent)) {
      uses.push({ type: "unknown", what: "eval", at: identifier });
    }
    uses.push({ type: "global", name, identifier });
    return;
  }
  const isNamespace = binding.import?.imported === "*";
  if (!isNamespace) uses.push({ type: "binding", name, binding, identifier });
  else {
    for (const member of membersTaken(api, scopes, identifier) ?? [undefined]) {
      uses.push({ type: "binding", name, binding, identifier, ...(member !== undefined && { member }) });
    }
  }
}
