import ts from "typescript";
import { expect, it } from "vitest";
import { targetOf } from "../../transformer/3-hash/graph/edges.ts";
import type { GraphNode, Outcome } from "../../transformer/3-hash/graph/model.ts";
import { ENDS, valueEvents } from "../../transformer/3-hash/graph/value-flow.ts";
import type { Binding, Scopes } from "../../transformer/syntax/scopes.ts";

/** Kinds through which a value goes on, to a name, a call or a larger expression; others end its way, or it escapes. */
const FOLLOWED = new Set(
  (
    "PropertyAccessExpression ElementAccessExpression CallExpression NewExpression ObjectLiteralExpression SpreadElement " +
    "SpreadAssignment ArrayLiteralExpression AwaitExpression YieldExpression PropertyDeclaration TaggedTemplateExpression " +
    "TemplateSpan PropertyAssignment ShorthandPropertyAssignment ConditionalExpression BinaryExpression VariableDeclaration " +
    "BindingElement Parameter ForOfStatement ReturnStatement ArrowFunction ParenthesizedExpression AsExpression " +
    "SatisfiesExpression NonNullExpression TypeAssertionExpression"
  ).split(" "),
);

/** Every kind once, without the marks of ranges that share numbers with others. */
const KINDS = [...new Set(Object.values(ts.SyntaxKind).filter((kind) => typeof kind === "number"))];

const nameOf = (kind: ts.SyntaxKind) => ts.SyntaxKind[kind];

it.each(KINDS.map((kind) => [nameOf(kind), kind] as const))(
  "a value in a %s goes on, ends or escapes",
  (name, kind) => {
    if (FOLLOWED.has(name) || ENDS.has(name)) return;
    const file = ts.createSourceFile("a.ts", "", ts.ScriptTarget.Latest, true);
    const parent = { kind, parent: file } as unknown as ts.Node;
    const use = { kind: ts.SyntaxKind.Identifier, parent, pos: 5, end: 6 } as unknown as ts.Identifier;
    const binding = { name: "o", kind: "const", declarations: [], writes: [] } as unknown as Binding;
    const scopes = { file, usesOf: () => [use], declaredBy: () => [], resolve: () => undefined } as unknown as Scopes;
    expect(valueEvents(ts, scopes, binding)).toEqual([{ type: "escape", at: use }]);
  },
);

it("names only kinds that there are", () => {
  const known = new Set(Object.keys(ts.SyntaxKind));
  expect([...ENDS, ...FOLLOWED].filter((name) => !known.has(name))).toEqual([]);
});

it("leaves a mark of each outcome of a link in the hash", () => {
  const node = {} as GraphNode;
  const outcomes: { [T in Outcome["type"]]: Extract<Outcome, { type: T }> } = {
    followed: { type: "followed", node },
    whole: { type: "whole", text: "package a@1" },
    unknown: { type: "unknown", text: "missing ./a", reason: "no file" },
  };
  expect(Object.values(outcomes).map(targetOf)).toEqual([node, "package a@1", "missing ./a"]);
});
