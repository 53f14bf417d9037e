import ts from "typescript";
import { describe, expect, it } from "vitest";
import { addEdges } from "../../transformer/3-hash/graph/edges.ts";
import type { GraphNode, Outcome } from "../../transformer/3-hash/graph/model.ts";
import { valueEvents } from "../../transformer/3-hash/graph/value-flow.ts";
import { ENDS } from "../../transformer/3-hash/graph/value-ways.ts";
import type { Binding, Scopes } from "../../transformer/syntax/scopes.ts";
import { linkFunction } from "./link-project.ts";

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

/** One of each outcome: the type tells where one is missing. */
const OUTCOMES: { [T in Outcome["type"]]: Extract<Outcome, { type: T }> } = {
  followed: { type: "followed", node: {} as GraphNode },
  whole: { type: "whole", text: "package a@1" },
  unknown: { type: "unknown", text: "missing ./a", reason: "no file" },
};

it("gives a node an edge for each outcome of a link, whatever it is", () => {
  const node = { edges: [] } as unknown as GraphNode;
  addEdges(node, "a", Object.values(OUTCOMES));
  expect(node.edges).toEqual([
    { label: "a", target: OUTCOMES.followed.node },
    { label: "a 1", target: "package a@1" },
    { label: "a 2", target: "missing ./a" },
  ]);
});

const READ = "export function load() { return a }";

/** Every form in which code names another module, each with files that make it end in one of the outcomes. */
const FORMS: Record<string, (specifier: string) => string> = {
  "a named import": (specifier) => `import { a } from "${specifier}"; ${READ}`,
  "a default import": (specifier) => `import a from "${specifier}"; ${READ}`,
  "a namespace import": (specifier) => `import * as a from "${specifier}"; ${READ}`,
  "an import for its effects": (specifier) => `import "${specifier}"; export function load() {}`,
  "import =": (specifier) => `import a = require("${specifier}"); ${READ}`,
  "import()": (specifier) => `export async function load() { return import("${specifier}") }`,
  "require()": (specifier) => `export function load() { return require("${specifier}") }`,
  "a re-export": (specifier) => `export * from "${specifier}"; export function load() { return import("./main") }`,
};

const EDITS: Record<Outcome["type"], { specifier: string; file: string; from: string; to: string }> = {
  followed: { specifier: "./o", file: "o.ts", from: "1", to: "2" },
  whole: { specifier: "p", file: "node_modules/p/package.json", from: "1", to: "2" },
  unknown: { specifier: "./none", file: "main.ts", from: "./none", to: "./nothing" },
};

describe.each(Object.entries(FORMS))("%s", (_, form) => {
  it.each(Object.entries(EDITS))("that is %s leaves its mark in the hash", (outcome, { specifier, file, from, to }) => {
    const files: Record<string, string> = {
      "package.json": "{}",
      "main.ts": form(specifier),
      "o.ts": "export const a = 1; export default a;",
      "node_modules/p/package.json": '{ "version": "1.0.0" }',
      "node_modules/p/index.js": "",
    };
    const edited = { ...files, [file]: String(files[file]).replace(from, to) };
    const [before, after] = [files, edited].map((each) => linkFunction({ files: each }, "main.ts", "load"));
    expect(after?.hash).not.toBe(before?.hash);
    expect(before?.warnings.some(({ code }) => code === "CACHET3004")).toBe(outcome === "unknown");
  });
});
