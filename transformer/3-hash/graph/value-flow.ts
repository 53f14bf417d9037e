import type ts from "typescript";
import { isWriteTarget, skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import {
  ADDING_METHODS,
  ARGUMENT_RETURNERS,
  heldInResult,
  NEW_LISTS,
  PART_GETTERS,
  READING_METHODS,
  SELF_GETTERS,
} from "./call-effects.ts";
import { functionDeclared, functionsHandedIn } from "./callees.ts";
import { heldByRoot, heldInside, isCopied, isOtherName, keyOf } from "./holders.ts";
import { patternKeys } from "./members-taken.ts";
import { memberName } from "./name-path.ts";
import { MATCHING } from "./positions.ts";
import { mayRunSetter } from "./setters.ts";
import { givesPart, isAnew, isOfGlobal } from "./sure-ways.ts";
import type { Followed, ValueEvent } from "./value-events.ts";
import {
  declarationAround,
  ENDS,
  enclosingFunction,
  type Holding,
  isAccessOf,
  isHolder,
  isOtherMember,
  isSpread,
  isTaken,
  isWithinDeclaration,
  mayHold,
  rankOf,
  type Step,
  type Way,
  wrapperOf,
} from "./value-ways.ts";

/**
 * What a file does with the value of a name, under that name and under those that stand for it, for a part of it, or
 * for something that holds it: `const own = table.own`, `const all = { table }`, `for (const row of table)`.
 * By the tree alone. Where a kind of syntax is not known to end the value's way, the value escapes.
 */
export function valueEvents(
  api: SyntaxApi,
  scopes: Scopes,
  binding: Binding | undefined,
  how: Followed = {},
): readonly ValueEvent[] {
  const { isFixed, given, held = 0, as = "", isSure = false } = how;
  if (isFixed || given || !binding) return eventsFrom(api, scopes, binding, how);
  // Parameters are asked for by each call of their function.
  const known = eventsOfNames.get(binding) ?? new Map<string, readonly ValueEvent[]>();
  eventsOfNames.set(binding, known);
  const key = `${held} ${isSure} ${as}`;
  const events = known.get(key) ?? eventsFrom(api, scopes, binding, how);
  known.set(key, events);
  return events;
}

const eventsOfNames = new WeakMap<Binding, Map<string, readonly ValueEvent[]>>();

function eventsFrom(
  api: SyntaxApi,
  scopes: Scopes,
  binding: Binding | undefined,
  { isFixed = () => false, given, held: heldAtFirst = 0, as: asAtFirst, isSure = false }: Followed,
): ValueEvent[] {
  const events: ValueEvent[] = [];
  /** Each with whether it stands for a part only. */
  const names = new Map(given || !binding ? [] : [[binding, false]]);
  /** How many objects around the value each of them stands for. */
  const holding = new Map<Binding, Holding>(binding && [[binding, { held: heldAtFirst, as: asAtFirst }]]);
  const starts = new Map<ts.Node, number>();
  /** Names that only stand for it if an unknown method hands it to its callback. */
  const vague = new Set<Binding>();
  let ofPart = given !== undefined;
  let isVague = false;
  if (given) follow(given, true, { held: heldAtFirst, as: asAtFirst });
  for (const [name, isPart] of names) {
    ofPart = isPart;
    isVague = vague.has(name);
    const from = events.length;
    for (const use of scopes.usesOf(name)) {
      if (isWithinDeclaration(name, use) || (isSure && isAnew(api, name, use))) continue;
      follow(use, false, holding.get(name));
    }
    if (isVague) for (const event of events.slice(from)) event.isVague = true;
  }
  return events;

  function follow(start: ts.Node, asPart = false, { held: heldIn, as }: Holding = { held: 0 }): void {
    const rank = rankOf({ held: heldIn, as });
    if ((starts.get(start) ?? Number.POSITIVE_INFINITY) <= rank) return;
    starts.set(start, rank);
    const way: Way = {
      start,
      node: start,
      isPart: asPart,
      isInside: asPart && heldIn === 0,
      held: heldIn,
      as,
      ofHolder: false,
    };
    for (;;) {
      const { node } = way;
      const wrapped = wrapperOf(api, node);
      if (wrapped) {
        way.node = wrapped;
        continue;
      }
      if (isWriteTarget(api, node) || api.isDeleteExpression(node.parent)) {
        // `holder.own = other` and `alias = other` leave the value as it is.
        const written = skipWrappers(api, node);
        const isItself = written === start && binding?.writes.includes(start as ts.Identifier);
        // `[x = table] = list` gives it to x. Who goes on from where a pattern ended is told of positions.
        const isOther = isHolder(api, written) || api.isBinaryExpression(written);
        if (isOther || (isSure && memberName(api, scopes, written) === "lastIndex")) return;
        if (way.isInside || isItself) events.push({ type: "write", at: start, member: way.member });
        return;
      }
      const isAccess = isAccessOf(api, node);
      if (isAccess && isSure && isOtherMember(api, scopes, way)) return;
      if (isAccess && isTaken(api, scopes, node.parent)) events.push({ type: "taken", at: start });
      if (isAccess && way.held === 0) {
        if (!way.isInside) way.member = memberName(api, scopes, node.parent);
        way.isInside = true;
      }
      if (way.isInside && !isAccess && isFixed(way.member)) return;
      const step = next(way);
      if (!step) return;
      way.ofHolder = isAccess && way.held > 0;
      if (isAccess) way.held = Math.max(0, way.held - 1);
      else if (step.held !== undefined) way.held = step.held;
      else if (api.isCallExpression(step.node)) way.held = 0;
      // `{ ...all }` holds what `all` does.
      else if (isHolder(api, step.node)) way.held = isSpread(api, node) ? Math.max(1, way.held) : way.held + 1;
      if (isHolder(api, step.node)) way.as = keyOf(api, node.parent);
      else if (isAccess || api.isCallExpression(step.node) || api.isNewExpression(step.node)) way.as = undefined;
      way.node = step.node;
      way.isPart = way.isPart || step.isPart;
    }
  }

  /** Where the value goes from a node, or nothing where another value is made of it. */
  function next(way: Way): Step | undefined {
    const { start, node, isPart, held, as } = way;
    const { parent } = node;
    const K = api.SyntaxKind;
    const on = (to: ts.Node, part = false) => ({ node: to, isPart: part });
    switch (parent.kind) {
      case K.PropertyAccessExpression:
      case K.ElementAccessExpression:
        return (parent as ts.PropertyAccessExpression).expression === node ? on(parent, true) : undefined;
      case K.CallExpression:
      case K.NewExpression:
        return ofCall(way, parent as ts.CallExpression);
      case K.ObjectLiteralExpression:
        return on(parent, true);
      case K.SpreadElement:
      case K.SpreadAssignment:
      case K.ArrayLiteralExpression:
        return on(parent);
      case K.AwaitExpression:
        // `await this.users.find(id)` is asked of something that has more than what it holds itself.
        return isSure && api.isCallExpression(skipWrappers(api, node)) ? undefined : on(parent);
      case K.YieldExpression:
        ofReturn(parent, way);
        return on(parent);
      case K.PropertyDeclaration:
        if ((parent as ts.PropertyDeclaration).initializer === node) {
          aliasOwner((parent as ts.PropertyDeclaration).parent);
          keep(start, parent, keyOf(api, parent), { held, as });
        }
        return undefined;
      case K.TaggedTemplateExpression:
        if ((parent as ts.TaggedTemplateExpression).tag !== node) events.push({ type: "escape", at: start });
        return undefined;
      case K.TemplateSpan:
        if (api.isTaggedTemplateExpression(parent.parent.parent)) events.push({ type: "escape", at: start });
        return undefined;
      case K.PropertyAssignment:
      case K.ShorthandPropertyAssignment:
        // `({ rows = table } = more)`
        if ((parent as ts.ShorthandPropertyAssignment).objectAssignmentInitializer === node)
          aliasRoot((parent as ts.ShorthandPropertyAssignment).name, start, { held, as });
        else keep(start, parent.parent, keyOf(api, parent), { held, as });
        return on(parent.parent);
      case K.ConditionalExpression:
        return (parent as ts.ConditionalExpression).condition === node ? undefined : on(parent);
      case K.BinaryExpression:
        return ofBinary(way, parent as ts.BinaryExpression);
      case K.VariableDeclaration:
      case K.BindingElement:
      case K.Parameter:
        if ((parent as ts.VariableDeclaration).initializer === node) alias(parent, isPart, { held, as });
        return undefined;
      case K.ForOfStatement:
        if ((parent as ts.ForOfStatement).expression === node)
          aliasLoop((parent as ts.ForOfStatement).initializer, start, { held: isSure ? Math.max(0, held - 1) : 0 });
        return undefined;
      case K.ReturnStatement:
      case K.ArrowFunction:
        return ofReturn(parent, way);
      default:
        if (!ENDS.has(K[parent.kind])) events.push({ type: "escape", at: start });
        return undefined;
    }
  }

  function ofCall({ start, node, isPart, held, as, ofHolder }: Way, call: ts.CallExpression): Step | undefined {
    if (call.expression !== node) {
      const index = call.arguments?.indexOf(node as ts.Expression) ?? -1;
      const heldThere = isSpread(api, node) ? Math.max(0, held - 1) : held;
      const how = isSpread(api, node) ? { isSpread: true } : as === undefined ? {} : { as };
      events.push({ type: "argument", at: start, call, index, ofPart, held: heldThere, ...how });
      aliasReceiver(call, start, heldThere);
      aliasSeed(call, index);
      aliasHanded(call, index, { held: heldThere });
      const called = memberName(api, scopes, skipWrappers(api, call.expression)) ?? "";
      if (ARGUMENT_RETURNERS.has(called) && !(isSure && !isOfGlobal(api, scopes, call)))
        return { node: call, isPart: index !== 0, held: heldInResult(called, index, held) };
      if (!api.isNewExpression(call)) return undefined;
      if (isCopied(api, scopes, call)) return { node: call, isPart: true, held: 1 };
      return !isSure && mayHold(api, scopes, call) ? { node: call, isPart: true } : undefined;
    }
    const name = isPart ? memberName(api, scopes, skipWrappers(api, node)) : undefined;
    // `const { set } = store; set(1);`: a function of it that is called by a name of its own.
    const isAlias = ofPart && node === start && (given !== undefined || api.isExpressionStatement(call.parent));
    if (!(isPart || isAlias) || api.isNewExpression(call)) return undefined;
    events.push({ type: "method", at: start, call, name: name ?? "", ofHolder });
    for (const argument of call.arguments)
      aliasParameters(skipWrappers(api, argument), name ?? "", call, { held: isSure ? held : 0 });
    const isChained = memberName(api, scopes, call.parent) !== undefined;
    const heldAfter = SELF_GETTERS.has(name ?? "") && ofHolder ? held + 1 : NEW_LISTS.has(name ?? "") ? 1 : 0;
    const step = { node: call, isPart: true, held: heldAfter };
    if (isSure) return givesPart(name ?? "") ? step : undefined;
    return isChained || PART_GETTERS.has(name ?? "") ? step : undefined;
  }

  function ofBinary(
    { start, node, held, as }: Way,
    { left, right, operatorToken }: ts.BinaryExpression,
  ): Step | undefined {
    const K = api.SyntaxKind;
    const { kind } = operatorToken;
    const on = { node: node.parent, isPart: false };
    if (kind === K.BarBarToken || kind === K.AmpersandAmpersandToken || kind === K.QuestionQuestionToken) return on;
    if (right !== node) return undefined;
    if (kind === K.CommaToken) return on;
    if (kind < K.FirstAssignment || kind > K.LastAssignment) return undefined;
    if (mayRunSetter(api, scopes, left)) events.push({ type: "escape", at: start });
    aliasRoot(left, start, { held, as });
    return on;
  }

  /** What a function gives back is what its calls are. */
  function ofReturn(parent: ts.Node, { held, isInside }: Way): Step | undefined {
    const fn = api.isArrowFunction(parent) ? parent : enclosingFunction(api, parent);
    if (!fn) return undefined;
    if (binding && api.isParameter(binding.declaration) && binding.declaration.parent === fn) {
      events.push({ type: "returned", at: parent, held });
      // Other calls of the function are given others.
      if (isSure) return undefined;
    }
    let outer = fn;
    for (let wrapped = wrapperOf(api, outer); wrapped; wrapped = wrapperOf(api, outer)) outer = wrapped;
    const around = outer.parent;
    if (api.isCallExpression(around) || api.isNewExpression(around)) {
      if (around.expression === outer) return { node: around, isPart: true };
      const index = around.arguments?.indexOf(outer as ts.Expression) ?? -1;
      events.push({ type: "argument", at: around, call: around, index, ofPart, held, byCallback: true });
      return undefined;
    }
    if (api.isPropertyAssignment(around)) return { node: around.parent, isPart: true };
    if (api.isObjectLiteralExpression(around)) return { node: around, isPart: true };
    if (api.isArrayLiteralExpression(around)) return { node: around, isPart: true };
    if (api.isClassLike(around)) aliasOwner(around);
    if (api.isPropertyDeclaration(around)) aliasOwner(around.parent);
    const declaration = api.isFunctionDeclaration(fn) ? fn : outer.parent;
    for (const name of scopes.declaredBy(declaration)) {
      for (const use of scopes.usesOf(name)) {
        if (api.isCallExpression(use.parent) && use.parent.expression === use) follow(use.parent, isInside, { held });
      }
    }
    return undefined;
  }

  /** A declaration, or a pattern's element with the names in it. */
  function alias(declaration: ts.Node, isPart = true, how: Holding = { held: 0 }): void {
    const { name: pattern } = declaration as ts.VariableDeclaration;
    if (patternKeys(api, pattern)?.some((key) => MATCHING.has(key))) events.push({ type: "taken", at: pattern });
    for (const name of scopes.declaredBy(declarationAround(api, declaration))) {
      if (name.nameNode.pos < pattern.pos || name.nameNode.end > pattern.end) continue;
      const isWhole = pattern === name.nameNode;
      if (isSure && isOtherName(api, pattern, name, how.as)) continue;
      const inside = { held: isSure ? heldInside(api, pattern, name, how.held) : 0 };
      stand(name, ofPart || isPart || !isWhole, isWhole ? how : inside);
    }
  }

  /** A name stands for the value from now on, or for something that holds it. */
  function stand(name: Binding, isPart: boolean, how: Holding = { held: 0 }): void {
    if (name === binding) return;
    const known = holding.get(name);
    const isClearer = !isVague && vague.has(name);
    const isMore = known === undefined || how.held < known.held;
    const as = isSure && (known === undefined || known.as === how.as) ? how.as : undefined;
    if (!isMore && as === known.as && !isClearer) return;
    if (isVague && known === undefined) vague.add(name);
    else if (!isVague) vague.delete(name);
    const asPart = names.get(name) ?? isPart;
    names.delete(name);
    names.set(name, asPart);
    holding.set(name, { held: isMore ? how.held : known.held, as });
  }

  /** What a class's field or method holds is reached through the class. */
  function aliasOwner(owner: ts.ClassLikeDeclaration): void {
    if (isSure) return;
    const declaration = api.isClassDeclaration(owner) ? owner : owner.parent;
    for (const name of scopes.declaredBy(declaration)) stand(name, true);
  }

  /** `function update(change) { change(table); }`: what callers hand to be called with it. */
  function aliasHanded(call: ts.CallExpression | ts.NewExpression, index: number, how: Holding): void {
    // Each call of the function may hand in another one.
    if (isSure || index === -1) return;
    for (const { parameters } of functionsHandedIn(api, scopes, call)) {
      const parameter = parameters[index];
      if (parameter) alias(parameter, true, how);
    }
  }

  function aliasLoop(initializer: ts.ForInitializer, start: ts.Node, how: Holding): void {
    if (!api.isVariableDeclarationList(initializer)) aliasRoot(initializer, start, how);
    else for (const declaration of initializer.declarations) alias(declaration, true, how);
  }

  /** `rows.forEach((row) => …)`: what a callback is given. */
  function aliasParameters(callback: ts.Node, method: string, call: ts.CallExpression, how: Holding): void {
    if (!api.isArrowFunction(callback) && !api.isFunctionExpression(callback)) return;
    const isUnknown = !READING_METHODS.has(method);
    if (isSure && isUnknown) return;
    const wasVague = isVague;
    isVague ||= isUnknown;
    // `rows.reduce((sums, row) => …, {})`: the first is none of the rows.
    const first = /^reduce/.test(method) && call.arguments.length > 1 ? 1 : 0;
    for (const parameter of callback.parameters.slice(first)) alias(parameter, true, how);
    isVague = wasVague;
  }

  /** `names.reduce((all, name) => …, table)`: what a reducer is given first. */
  function aliasSeed(call: ts.CallExpression, index: number): void {
    const method = memberName(api, scopes, skipWrappers(api, call.expression)) ?? "";
    const reducer = /^reduce(?:Right)?$/.test(method) && index === 1 ? call.arguments[0] : undefined;
    const seed = reducer && functionDeclared(api, skipWrappers(api, reducer))?.parameters[0];
    if (seed) alias(seed);
  }

  /** `all.push(table)`: what is taken in is reached through what took it. */
  function aliasReceiver(call: ts.CallExpression, start: ts.Node, held: number): void {
    const callee = skipWrappers(api, call.expression);
    if (ADDING_METHODS.has(memberName(api, scopes, callee) ?? ""))
      aliasRoot((callee as ts.PropertyAccessExpression).expression, start, { held: held + 1 });
  }

  /** What is assigned to, or takes the value in, stands for it from now on. */
  function aliasRoot(target: ts.Node, start: ts.Node, how: Holding = { held: 0 }): void {
    const { root: node, held, as, inside } = heldByRoot(api, scopes, target, how);
    if (node.kind === api.SyntaxKind.ThisKeyword) keep(start, node, as, inside);
    if (!api.isIdentifier(node)) return;
    const name = scopes.resolve(node.text, node);
    if (name && !name.import) stand(name, ofPart, { held, as });
  }

  /** A field has the value: `this.rows = table`. Whose it is, others find out. */
  function keep(at: ts.Node, by: ts.Node, field: string | undefined, how: Holding): void {
    if (field !== undefined) events.push({ type: "kept", at, by, field, ...how });
  }
}
