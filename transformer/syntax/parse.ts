import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";

/** `./data.ts?v=1` → `./data.ts`: bundlers add queries to ids. A `#` belongs to the path, as in a folder named `c#`. */
export function withoutQuery(id: string): string {
  const cut = id.indexOf("?");
  return cut < 0 ? id : id.slice(0, cut);
}

/** Parses one file. JSDoc is left to step 1: SyntaxApi would parse it in some modes and not in others. */
export function parse(api: SyntaxApi, fileName: string, text: string): ts.SourceFile {
  return api.createSourceFile(
    withoutQuery(fileName),
    text,
    { languageVersion: api.ScriptTarget.Latest, jsDocParsingMode: api.JSDocParsingMode.ParseNone },
    true,
  );
}

/** Syntax errors of a parsed file. TypeScript keeps them on an internal property; only a whole program offers them publicly. */
export function syntaxErrors(sourceFile: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (sourceFile as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics ?? [];
}
