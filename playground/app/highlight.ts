import { typescriptLanguage } from "@codemirror/lang-javascript";
import { classHighlighter, highlightCode } from "@lezer/highlight";

/** A piece of source and how it is to look. */
export interface Token {
  text: string;
  /** Class names such as `tok-keyword`; empty for plain text. */
  style: string;
}

/** Source in the pieces that differ in colour. */
export function highlight(source: string): Token[] {
  const tokens: Token[] = [];
  highlightCode(
    source,
    typescriptLanguage.parser.parse(source),
    classHighlighter,
    (text, style) => tokens.push({ text, style }),
    () => tokens.push({ text: "\n", style: "" }),
  );
  return tokens;
}
