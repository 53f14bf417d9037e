import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findCaptures } from "../../transformer/syntax/captures.ts";
import { parse } from "../../transformer/syntax/parse.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";
import { findFunction } from "./link-project.ts";

function capturesOf(text: string): { values: string[]; code: string[] } {
  const file = parse(ts, "a.ts", text);
  const { values, code } = findCaptures(ts, createScopes(ts, file), findFunction(ts, file, "load"));
  return {
    values: values.map(({ name, hidden }) => (hidden ? `${name} (hidden)` : name)),
    code: code.map((binding) => binding.name),
  };
}

describe("captures", () => {
  it.each<[title: string, source: string, values: string[], code: string[]]>([
    ["nothing at module level", "const a = 1; let b; function load() { return a + b }", [], []],
    ["a parameter of the function around it", "function outer(x) { return function load() { return x } }", ["x"], []],
    [
      "locals of each kind",
      "function outer() { const a = 1; let b; var c; function load() { return a + b + c } }",
      ["a", "b", "c"],
      [],
    ],
    ["each once", "function outer(x) { function load() { return x + x } }", ["x"], []],
    ["through a nested arrow", "function outer(x) { function load() { return () => x } }", ["x"], []],
    ["not its own names", "function outer(x) { function load(x, y = x) { const z = y; return z } }", [], []],
    ["names with an underscore", "function outer(_db) { function load() { return _db } }", [], []],
    [
      "a local function by its code",
      "function outer() { const h = () => 1; function g() {} function load() { return h() + g() } }",
      [],
      ["h", "g"],
    ],
    [
      "what a local function captures",
      "function outer(x, y) { const h = () => x; function load() { return h() } }",
      ["x"],
      ["h"],
    ],
    [
      "local functions that call each other",
      "function outer(x) { function a() { return b() } function b() { return a() + x } function load() { return a() } }",
      ["x"],
      ["a", "b"],
    ],
    [
      "a reassigned function by value",
      "function outer() { let h = () => 1; h = () => 2; function load() { return h() } }",
      ["h"],
      [],
    ],
    [
      "a local class and enum by code",
      "function outer(x) { class A { m() { return x } } enum E { B } function load() { return new A() ?? E.B } }",
      ["x"],
      ["A", "E"],
    ],
    ["itself, recursively", "function outer() { function load(n) { return load(n - 1) } }", [], []],
    ["itself in a constant", "function outer() { const load = (n) => load(n - 1) }", [], ["load"]],
    ["a loop's variable, even at module level", "for (const x of [1, 2]) { function load() { return x } }", ["x"], []],
    ["a block's constant at module level", "{ const x = 1; function load() { return x } }", [], []],
    ["a namespace's constant", "namespace N { const x = 1; export function load() { return x } }", [], []],
    ["a caught error", "function outer() { try {} catch (e) { function load() { return e } } }", ["e"], []],
    ["destructured parameters", "function outer({ a, b: [c] }) { function load() { return a + c } }", ["a", "c"], []],
    [
      "one that a parameter hides",
      "function outer(x) { const h = () => x; function load(x) { return h() + x } }",
      ["x (hidden)"],
      ["h"],
    ],
    ["a constant that a call made", "function outer() { const h = make(); function load() { return h() } }", ["h"], []],
    ["types", "function outer() { type T = 1; interface I {} function load(a: T): I { return a as any } }", [], []],
  ])("%s", (_title, source, values, code) => {
    expect(capturesOf(source)).toEqual({ values, code });
  });
});
