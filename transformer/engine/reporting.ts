import { describeDiagnostic, formatDiagnostic } from "../diagnostics.ts";
import type { TransformResult } from "../index.ts";
import type { Diagnostic } from "../types.ts";

export const errorsOf = ({ diagnostics }: TransformResult): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

export const warningsOf = ({ diagnostics }: Pick<TransformResult, "diagnostics">): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "warning");

/** Where a diagnostic stands, as most tools count: lines from 1, columns from 0. */
export const placeOf = ({ file, line, column }: Diagnostic) => ({ file, line, column: column - 1 });

/**
 * For a tool that stops at the first error and prints its place itself: the message names them all, so that nobody fixes
 * them one build at a time.
 */
export function describeErrors([first, ...others]: readonly Diagnostic[]): string {
  const also = others.map((error) => `\n${error.line}:${error.column} ${describeDiagnostic(error)}`);
  return `${first ? describeDiagnostic(first) : ""}${also.join("")}`;
}

/** For a tool that prints a message and no place. */
export function formatErrors(errors: readonly Diagnostic[]): string {
  return errors.map(formatDiagnostic).join("\n");
}

/** For a tool that has no way to report anything: errors are thrown, warnings printed. */
export function reportPlainly(result: TransformResult): void {
  const errors = errorsOf(result);
  if (errors.length > 0) throw new SyntaxError(formatErrors(errors));
  for (const warning of warningsOf(result)) printWarning(warning);
}

export function printWarning(warning: Diagnostic): void {
  console.warn(`warning ${formatDiagnostic(warning)}`);
}
