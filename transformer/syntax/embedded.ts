import type ts from "typescript";

/** Options of marks are parsed apart from the file in whose comments they stand: where in it their text begins. */
const offsets = new WeakMap<ts.SourceFile, number>();

export function noteEmbedded(parsed: ts.SourceFile, offset: number): void {
  offsets.set(parsed, offset);
}

/** Whether a node stands in a comment of its file. */
export function isEmbedded(node: ts.Node): boolean {
  return offsets.has(node.getSourceFile());
}

/** Where a node begins in the file that people see. */
export function startInFile(node: ts.Node): number {
  const parsed = node.getSourceFile();
  return (offsets.get(parsed) ?? 0) + node.getStart(parsed);
}
