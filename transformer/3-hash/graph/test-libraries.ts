import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import type { Target } from "./model.ts";

const LIBRARY =
  /^(?:node:)?(?:vitest|jest|mocha|chai|assert|power-assert|expect|ava|tap|uvu|@vitest|@jest|@playwright\/test|@testing-library|bun:test|fast-check)(?:$|[/@])/;

/** What tests replace parts of objects with. */
const MOCKING = new Set(["vi", "vitest", "jest", "mock", "spyOn"]);

/** `expect(table).toEqual(rows)`, `assert.deepEqual(table, rows)`: a test looks at what it is handed, and changes nothing. */
export function isAssertion(api: SyntaxApi, scopes: Scopes, call: ts.CallExpression | ts.NewExpression): boolean {
  let node = skipWrappers(api, call.expression);
  while (api.isPropertyAccessExpression(node) || api.isCallExpression(node) || api.isElementAccessExpression(node))
    node = skipWrappers(api, node.expression);
  if (!api.isIdentifier(node)) return false;
  const imported = scopes.resolve(node.text, node)?.import;
  return imported !== undefined && LIBRARY.test(imported.specifier) && !MOCKING.has(imported.imported);
}

/** A package of tests, which is told of them wherever they are. */
export const isTestLibrary = (target: Target): boolean =>
  typeof target === "string" && LIBRARY.test(target.replace(/^package /, ""));
