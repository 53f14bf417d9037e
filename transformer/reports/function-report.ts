import type ts from "typescript";
import type { FunctionReport, HashedFunction } from "../types.ts";

/** The facts about a cached function for everything outside the pipeline. */
export function reportOf(sourceFile: ts.SourceFile, fn: HashedFunction): FunctionReport {
  const at = sourceFile.getLineAndCharacterOfPosition(fn.mark.start);
  return {
    id: fn.id,
    name: fn.name,
    kind: fn.kind,
    hash: fn.hash,
    line: at.line + 1,
    column: at.character + 1,
    options: {
      ...fn.options.static,
      ...Object.fromEntries(
        fn.options.dynamic.map(({ name }, index) => [name, sourceOf(fn.options.expressions[index])]),
      ),
      ...(fn.receiver && fn.receiver !== "identity" && { this: fn.receiver }),
      ...(fn.codeHash === "own" && fn.kind !== "clears" && { codeHash: fn.codeHash }),
      ...(fn.version !== undefined && { version: fn.version }),
    },
    parts: fn.parts.map((part) => part.label),
    dependencies: fn.dependencies,
    changeable: fn.changeable,
    get tree() {
      return fn.tree;
    },
  };
}

/** An option's value as it stands in the mark, on one line. */
function sourceOf(expression: ts.Expression | undefined): string {
  return expression?.getText().replace(/\s+/g, " ") ?? "";
}
