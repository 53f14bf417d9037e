import type ts from "typescript";
import type { Scopes } from "../syntax/scopes.ts";
import type { Edit, HashedFunction, OptionImport, SyntaxApi, ValueClass } from "../types.ts";
import { blockAttachments, classMembers, objectMembers } from "./attach.ts";
import { FunctionPlan } from "./function-edits.ts";
import { RUNTIME } from "./recognise.ts";

/**
 * Plans the edits. The body is wrapped in place and the header stays untouched, so the signature, hoisting, overloads,
 * name, `length`, `this`, `super`, `arguments`, defaults and line numbers survive:
 *
 * ```ts
 * export async function load(id: number, deep = true) { const $v = $0().get2(id, deep); if ($v !== MISS) return $v; let $b; return $b = async () => {
 *   return fetchIt(id, deep);
 * }, $0().run([id, deep], $b); }
 * ```
 *
 * (`$` stands for the prefix.) One import and one hoisted descriptor function per cached function come first in the
 * module, so that a circular import can call a cached function before its module ran.
 */
export function planRewrite(
  api: SyntaxApi,
  sourceFile: ts.SourceFile,
  functions: HashedFunction[],
  scopes: Scopes,
  prefix: string,
): Edit[] {
  if (functions.length === 0) return [];
  const planned = functions.map((fn, index) => new FunctionPlan(api, fn, scopes, prefix, index));
  const classes = classMembers(planned, prefix);
  return [
    prelude(sourceFile, planned, prefix),
    ...addedImports(functions),
    ...blockAttachments(sourceFile, planned, prefix),
    ...classes,
    ...planned.toReversed().flatMap((plan) => plan.edits()),
    ...objectMembers(planned, prefix),
  ];
}

function prelude(sourceFile: ts.SourceFile, plans: FunctionPlan[], prefix: string): Edit {
  const definitions = plans.map((plan) => plan.definition(sourceFile)).join(" ");
  const classes = new Map(plans.flatMap(({ fn }) => fn.classes).map((each) => [each.name, each]));
  const references = new Map(
    plans.filter((plan) => plan.fn.options.atModuleLevel).flatMap((plan) => [...plan.fn.options.references]),
  );
  for (const { text, reference } of classes.values()) if (text && reference) references.set(text, reference);
  return {
    type: "prepend-statements",
    node: sourceFile,
    text: `import * as ${prefix} from ${JSON.stringify(RUNTIME)}; ${definitions}${classList(classes, prefix)}`,
    references,
  };
}

/** `function __cachet$c() { return [["Point:4f…", () => Point], ["Secret", "it has the private member `#key`"]]; }` */
function classList(classes: ReadonlyMap<string, ValueClass>, prefix: string): string {
  if (classes.size === 0) return "";
  const entries = [...classes.values()].map(
    ({ name, text, reason }) => `[${JSON.stringify(name)}, ${text ? `() => ${text}` : JSON.stringify(reason)}]`,
  );
  return ` function ${prefix}$c() { return [${entries.join(", ")}]; }`;
}

/** The imports that options and classes need, each once. */
export function importsOf(functions: readonly HashedFunction[]): OptionImport[] {
  const all = functions.flatMap(({ options, classes }) => [
    ...options.imports,
    ...classes.flatMap((each) => each.import ?? []),
  ]);
  return [...new Map(all.map((use) => [use.alias, use])).values()];
}

/**
 * An import that only a comment uses would be dropped by the compiler. A namespace import survives every module
 * format; it stands right after the original so that modules still run in the same order.
 */
function addedImports(functions: HashedFunction[]): Edit[] {
  return importsOf(functions).map(({ declaration, alias, specifier }) => {
    const attributes = declaration.attributes ? ` ${declaration.attributes.getText().replace(/\s+/g, " ")}` : "";
    return {
      type: "append-statement",
      node: declaration,
      text: `import * as ${alias} from ${JSON.stringify(specifier)}${attributes};`,
    };
  });
}
