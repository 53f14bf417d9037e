import type ts from "typescript";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isResultUnused, isWriteTarget, outermostWrapper } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { membersTaken } from "./members-taken.ts";
import { keysTo, outermostAccess } from "./name-path.ts";
import { changesPartOf } from "./own-state.ts";
import { isOwnName, type ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";
import type { Holding } from "./value-ways.ts";

/** What a method does with a field of its `this`. */
export interface FieldUse {
  field: string;
  at: ts.Node;
  isRead: boolean;
  isChanged: boolean;
  /** What gives the field's value to what is around it. */
  given?: ts.Node;
  /** Names that stand for it or for a part of it: `const { rows } = this`. */
  names?: readonly Binding[];
}

const usesByFunction = new WeakMap<ts.Node, readonly FieldUse[]>();

/** What a function does with fields of its `this`: it depends on its file's text alone, so it is found once. */
export function fieldUses(api: SyntaxApi, scopes: Scopes, fn: ts.Node): readonly FieldUse[] {
  const known = usesByFunction.get(fn);
  if (known) return known;
  const found: FieldUse[] = [];
  for (const use of usesOfThis(api, scopes, fn)) {
    const { node, names } = outermostAccess(api, scopes, use);
    const [field] = names;
    if (field === undefined) {
      for (const name of membersTaken(api, scopes, use) ?? []) found.push(takenByPattern(api, scopes, use, name));
      continue;
    }
    const isChanged = changesPartOf(api, scopes, use, 1) && !isSetOnce(api, node);
    const given = valueGiven(api, use);
    const isRead = !(isChanged && isForItself(api, node, names));
    found.push({ field, at: node, isRead, isChanged, ...(given && { given }) });
  }
  usesByFunction.set(fn, found);
  return found;
}

function takenByPattern(api: SyntaxApi, scopes: Scopes, use: ts.Node, field: string): FieldUse {
  const { parent } = outermostWrapper(api, use);
  const names = api.isVariableDeclaration(parent)
    ? scopes.declaredBy(parent).filter(({ nameNode }) => keysTo(api, parent.name, nameNode)?.[0] === field)
    : [];
  return { field, at: use.parent, isRead: true, isChanged: false, names };
}

/** `this.rows`, `(this.rows ??= [])`; nothing where it is only written or called: a method is no state. */
function valueGiven(api: SyntaxApi, use: ts.Node): ts.Node | undefined {
  const field = outermostWrapper(api, use).parent;
  const { parent } = outermostWrapper(api, field);
  if (api.isCallExpression(parent) && parent.expression === outermostWrapper(api, field)) return undefined;
  return isWriteTarget(api, field) ? (isSetOnce(api, field) ? parent : undefined) : field;
}

/** What is done from there on to the value that a use takes, or to what the value holds. */
export const eventsOfField = (
  api: SyntaxApi,
  scopes: Scopes,
  { given, names = [] }: FieldUse,
  holding: Holding = { held: 0 },
): readonly ValueEvent[] =>
  given
    ? valueEvents(api, scopes, undefined, { given, ...holding, isSure: true })
    : names.flatMap((name) =>
        valueEvents(api, scopes, name, { ...holding, isSure: true }).filter((event) => !isOwnName(event, name)),
      );

/** Each `this` of a function, and of constants that stand for it. */
function usesOfThis(api: SyntaxApi, scopes: Scopes, fn: ts.Node): ts.Node[] {
  const uses: ts.Node[] = [...walkOwn(api, fn)].filter(({ kind }) => kind === api.SyntaxKind.ThisKeyword);
  for (const use of uses) {
    const { parent } = outermostWrapper(api, use);
    if (!api.isVariableDeclaration(parent) || !api.isIdentifier(parent.name)) continue;
    const [alias] = scopes.declaredBy(parent);
    if (alias) uses.push(...scopes.usesOf(alias));
  }
  return uses;
}

const ONCE = new Set(["??=", "||="]);

/** `this.rows ??= read()`: what it has once stays. */
function isSetOnce(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  return api.isBinaryExpression(parent) && ONCE.has(api.tokenToString(parent.operatorToken.kind) ?? "");
}

/** `this.runs++;`, `this.calls.push(id);`: the method does with it what it does for others. */
function isForItself(api: SyntaxApi, node: ts.Node, names: readonly string[]): boolean {
  const { parent } = node;
  if (api.isCallExpression(parent)) return isChangingMethod(names.at(-1) ?? "") && isResultUnused(api, parent);
  const isAssigned = api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.EqualsToken;
  return isAssigned || api.isExpressionStatement(parent.parent);
}
