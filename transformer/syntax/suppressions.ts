import type ts from "typescript";
import { startInFile } from "./embedded.ts";

/** What can be said to be meant. */
export type AllowWord = "impure" | "mutable" | "unkeyed" | "unknown";

/**
 * Whether `// cachet-allow-<word>` stands on a node's line, or alone on the line above: somebody meant what a warning
 * would be about.
 */
export function isSuppressed(file: ts.SourceFile, node: ts.Node, word: AllowWord): boolean {
  const { line } = file.getLineAndCharacterOfPosition(startInFile(node));
  const comment = new RegExp(`//.*cachet-allow-${word}\\b`);
  const above = line > 0 ? lineText(file, line - 1) : "";
  return comment.test(lineText(file, line)) || (/^\s*\/\//.test(above) && comment.test(above));
}

function lineText(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts();
  return file.text.slice(starts[line], starts[line + 1]);
}
