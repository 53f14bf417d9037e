import type ts from "typescript";
import { isWriteTarget } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { isHandedOn, isNamedAnew, isPrivateConstant } from "./handed-on.ts";
import { patternKeys } from "./members-taken.ts";
import { constantText, type NamePath } from "./name-path.ts";

/** What a piece of code takes of the environment. */
export type EnvRead =
  /** `process.env.X` and `import.meta.env.X`, however they are spelled: variables whose values join the key. */
  | { type: "names"; names: string[] }
  /** A computed name, or all of them: no key can hold that. */
  | { type: "whole"; source: string }
  /** An assignment, or a name for the environment as such: what is read of it is found where it is read. */
  | { type: "none" };

/** What a path reads of the environment, if it leads there. `outer` is the node that spells the whole path. */
export function envRead(api: SyntaxApi, scopes: Scopes, path: NamePath, outer: ts.Node): EnvRead | undefined {
  const { root, names } = path;
  if (root === "process" && names.length === 0) return readOfProcess(api, scopes, outer);
  if ((root !== "process" && root !== "import.meta") || names[0] !== "env") return undefined;
  const source = `${root}.env`;
  const [, name] = names;
  if (name !== undefined) {
    const isWritten = names.length === 2 && (isWriteTarget(api, outer) || api.isDeleteExpression(outer.parent));
    return isWritten ? { type: "none" } : named(source, [name]);
  }
  return readOfWhole(api, scopes, source, outer);
}

/** Who is handed the process may read the environment. */
function readOfProcess(api: SyntaxApi, scopes: Scopes, outer: ts.Node): EnvRead | undefined {
  const { parent } = outer;
  if (isNamedAnew(api, scopes, parent)) return undefined;
  const isAssigned = api.isVariableDeclaration(parent) && parent.initializer === outer;
  const keys = isAssigned && api.isObjectBindingPattern(parent.name) ? patternKeys(api, parent.name) : undefined;
  if (keys && !keys.includes("env")) return undefined;
  return isHandedOn(api, scopes, outer) ? { type: "whole", source: "process" } : undefined;
}

function readOfWhole(api: SyntaxApi, scopes: Scopes, source: string, outer: ts.Node): EnvRead {
  const { parent } = outer;
  if (api.isElementAccessExpression(parent) && parent.expression === outer) {
    return isWriteTarget(api, parent) ? { type: "none" } : { type: "whole", source };
  }
  if (api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.InKeyword) {
    const name = constantText(api, scopes, parent.left);
    return name === undefined ? { type: "whole", source } : named(source, [name]);
  }
  if (api.isTypeOfExpression(parent) || isWriteTarget(api, outer)) return { type: "none" };
  if (isChecked(api, outer)) return { type: "none" };
  if (!api.isVariableDeclaration(parent) || parent.initializer !== outer) return { type: "whole", source };
  if (api.isIdentifier(parent.name))
    return isPrivateConstant(api, scopes, parent) ? { type: "none" } : { type: "whole", source };
  const keys = patternKeys(api, parent.name);
  return keys ? named(source, keys) : { type: "whole", source };
}

function named(source: string, names: readonly string[]): EnvRead {
  const isSpelled = names.every((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  return isSpelled ? { type: "names", names: names.map((name) => `${source}.${name}`) } : { type: "whole", source };
}

/** `process.env && …`, `if (process.env)`: whether there is one. */
function isChecked(api: SyntaxApi, outer: ts.Node): boolean {
  const { parent } = outer;
  if (api.isIfStatement(parent)) return parent.expression === outer;
  const isAnd = api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.AmpersandAmpersandToken;
  return isAnd && parent.left === outer;
}
