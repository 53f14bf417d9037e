import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import type { Capture } from "../syntax/captures.ts";
import { isWrapper } from "../syntax/node-tests.ts";
import { isSuppressed } from "../syntax/suppressions.ts";
import type { Finding, FunctionNode, TypeScript } from "../types.ts";
import type { MembersRead } from "./member-reads.ts";

interface Keyed {
  node: FunctionNode;
  captures: readonly Capture[];
  members: MembersRead;
  /** Whether an option says how functions, or the arguments as a whole, are part of the key. */
  isKeyedByOption: boolean;
}

/** Key parts that can't do what people expect of them: defaults that are functions, captures that the function writes, members left out. */
export function keyWarnings(api: TypeScript, { node, captures, members, isKeyedByOption }: Keyed): Finding[] {
  const found: Finding[] = [];
  for (const { name, initializer } of isKeyedByOption ? [] : node.parameters) {
    if (!initializer || !api.isIdentifier(name) || name.text.startsWith("_") || !isFunctionExpression(api, initializer))
      continue;
    found.push(DIAGNOSTICS.functionDefault(spanOf(initializer), name.text));
  }
  for (const { name, binding } of captures) {
    const write = binding.writes.find((each) => each.pos >= node.pos && each.end <= node.end);
    if (write) found.push(DIAGNOSTICS.ownCapture(spanOf(write), name));
  }
  for (const [parameter, reads] of members) {
    for (const { access, name, node: read } of reads) {
      if (!name.startsWith("_") || isSuppressed(node.getSourceFile(), read, "unkeyed")) continue;
      found.push(DIAGNOSTICS.memberLeftOut(spanOf(read), `${parameter.name.getText()}${access}`, read));
    }
  }
  return found;
}

function isFunctionExpression(api: TypeScript, expression: ts.Expression): boolean {
  let node: ts.Node = expression;
  while (isWrapper(api, node)) node = node.expression;
  return api.isArrowFunction(node) || api.isFunctionExpression(node);
}

function spanOf(node: ts.Node) {
  const start = node.getStart();
  return { start, length: node.end - start };
}
