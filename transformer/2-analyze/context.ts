import type ts from "typescript";
import type { Diagnostics } from "../diagnostics.ts";
import type { Span } from "../fixes.ts";
import type { Scopes } from "../syntax/scopes.ts";
import type { FunctionNode, Mark, Report, ResolvedOptions, Source, SyntaxApi } from "../types.ts";

/** What every question about the marks of one file needs. */
export interface Analysis {
  api: SyntaxApi;
  source: Source;
  scopes: Scopes;
  diagnostics: Diagnostics;
  /** A name that the file doesn't use, for everything inserted. */
  prefix: string;
  /** The function that reads a captured variable for the key, where it is not the runtime's `capture`. */
  captureHelper?: string | undefined;
}

/** A mark and where it stands. */
export interface MarkPlace {
  api: SyntaxApi;
  mark: Mark;
  scopes: Scopes;
  /** The marked function: names in the options mean what they mean where it is declared. */
  declaredAt: FunctionNode;
  aliasOf: (declaration: ts.ImportDeclaration) => string;
  /** The name of the imported runtime in emitted code. */
  prefix: string;
  report: Report;
}

/** The options of a mark while they are read. */
export interface OptionReading extends MarkPlace {
  /** The option literal, parsed apart from the file. */
  parsed: ts.SourceFile;
  /** Where a node of it stands in the file. */
  spanOf: (node: ts.Node) => Span;
  /** Where the literal's text begins in the file. */
  offset: number;
  resolved: ResolvedOptions;
}
