import type ts from "typescript";
import type { Binding } from "../../syntax/scopes.ts";
import type { HashWarning, TypeScript } from "../../types.ts";
import type { Module } from "./model.ts";
import { findMutations } from "./mutations.ts";
import { isSuppressed } from "./suppressions.ts";

export const linkCodes = {
  reassigned: "CACHET3001",
  mutated: "CACHET3002",
  impure: "CACHET3003",
  notFollowed: "CACHET3004",
} as const;

/** Where warnings of some code of a module go. */
export interface Warned {
  module: Module;
  warnings: HashWarning[];
}

/** A read of a name whose value changes at run time. */
export function warnMutable(api: TypeScript, place: Warned, binding: Binding, use: ts.Identifier): void {
  const { sourceFile, scopes } = place.module;
  const lineOf = (node: ts.Node) => sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1;
  const isMeant = () =>
    isSuppressed(sourceFile, use, "mutable") || isSuppressed(sourceFile, binding.nameNode, "mutable");
  const name = `"${binding.name}"`;
  const [write] = binding.writes;
  if (binding.reassigned && write && (binding.kind === "let" || binding.kind === "var")) {
    if (isMeant()) return;
    const message = `${name} is read by a cached function but reassigned in line ${lineOf(write)}: the cache can't see its value.`;
    const fix = `Make ${name} a const, pass it as an argument, or write // cachet-allow-mutable at its declaration.`;
    warn(place, linkCodes.reassigned, use, message, fix);
    return;
  }
  const { mutatedAt } = findMutations(api, scopes, binding);
  if (!mutatedAt || isMeant()) return;
  const message = `${name} is read by a cached function but changed at run time in line ${lineOf(mutatedAt)}: the cache can't see its content.`;
  const fix = `Pass ${name} as an argument, or write // cachet-allow-mutable at its declaration.`;
  warn(place, linkCodes.mutated, use, message, fix);
}

/** A read of the clock or of chance. */
export function warnImpure(place: Warned, what: string, node: ts.Node): void {
  const message = `${what} answers differently each time, but a cached function calls it once and keeps the answer.`;
  const fix = "Pass the value as an argument, or write // cachet-allow-impure on this line.";
  warn(place, linkCodes.impure, node, message, fix);
}

/** Code that only run time knows. */
export function warnUnknown(place: Warned, what: string, at: ts.Node): void {
  const message = `${what} can't be followed: changes behind it don't invalidate the cache.`;
  const fix = "Write the path as a literal, or add a version option and raise it by hand.";
  warn(place, linkCodes.notFollowed, at, message, fix);
}

/** An import without a file. */
export function warnMissing(place: Warned, specifier: string, at: ts.Node): void {
  const message = `"${specifier}" has no file to be found: changes behind it don't invalidate the cache.`;
  const fix = "Check the path, or add a version option and raise it by hand.";
  warn(place, linkCodes.notFollowed, at, message, fix);
}

function warn({ module, warnings }: Warned, code: string, at: ts.Node, message: string, fix: string): void {
  const { file, sourceFile } = module;
  const start = at.getStart(sourceFile);
  const line = sourceFile.getLineAndCharacterOfPosition(start).line + 1;
  warnings.push({ code, message, fix, file, start, length: at.end - start, line });
}
