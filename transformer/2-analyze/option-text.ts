import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";

/** The text of a node with some of its parts replaced. */
export function substitute(
  parsed: ts.SourceFile,
  node: ts.Node,
  replacements: { node: ts.Node; text: string }[],
): string {
  const start = node.getStart(parsed);
  let text = node.getText(parsed);
  for (const { node: at, text: by } of replacements.sort((a, b) => b.node.getStart(parsed) - a.node.getStart(parsed))) {
    const shorthand = at.parent && "objectAssignmentInitializer" in at.parent ? `${at.getText(parsed)}: ` : "";
    text = text.slice(0, at.getStart(parsed) - start) + shorthand + by + text.slice(at.end - start);
  }
  return text;
}

/** The printer ends every statement with a semicolon, so its line breaks can go; those inside templates become escapes. */
export function printOnOneLine(api: SyntaxApi, text: string): string {
  const parsed = api.createSourceFile("option.ts", `(${text})`, api.ScriptTarget.Latest, true);
  const printer = api.createPrinter({ removeComments: true, newLine: api.NewLineKind.LineFeed });
  const expression = ((parsed.statements[0] as ts.ExpressionStatement).expression as ts.ParenthesizedExpression)
    .expression;
  const printed = printer.printNode(api.EmitHint.Expression, expression, parsed);
  const inTemplate: [number, number][] = [];
  const again = api.createSourceFile("option.ts", printed, api.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (api.isTemplateLiteralToken(node)) inTemplate.push([node.getStart(again), node.end]);
    api.forEachChild(node, visit);
  };
  visit(again);
  return printed.replace(/\n[ \t]*/g, (newline, index: number) =>
    inTemplate.some(([from, to]) => from < index && index < to) ? newline.replace("\n", "\\n") : " ",
  );
}
