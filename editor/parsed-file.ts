import type ts from "typescript";
import { type ComponentFile, readComponent } from "../transformer/1-marks/component.ts";
import { findMarks, mayHaveMark } from "../transformer/1-marks/find-marks.ts";
import { analyze } from "../transformer/2-analyze/analyze.ts";
import { Diagnostics } from "../transformer/diagnostics.ts";
import { unusedName } from "../transformer/pipeline.ts";
import { parse } from "../transformer/syntax/parse.ts";
import { type Binding, createScopes, type Scopes } from "../transformer/syntax/scopes.ts";
import type { CachedFunction, Diagnostic, Mark, TypeScript } from "../transformer/types.ts";

/** A file as an editor needs it at each keystroke: its marks, and what is wrong with them; nothing of other files. */
export interface ParsedFile {
  fileName: string;
  text: string;
  sourceFile: ts.SourceFile;
  scopes: Scopes;
  marks: Mark[];
  functions: CachedFunction[];
  diagnostics: Diagnostic[];
  /** Names of variables inside marks. */
  names: MarkName[];
  /** Offsets of the text that people see ↔ of `sourceFile`; they differ in single-file components. */
  toSource(offset: number): number;
  toText(offset: number): number;
}

/** A name inside a mark's options, and what it stands for in the file. */
export interface MarkName {
  name: string;
  /** Offset in `sourceFile`. */
  start: number;
  binding: Binding;
}

export function parseFile(api: TypeScript, fileName: string, text: string): ParsedFile | undefined {
  if (!mayHaveMark(text)) return undefined;
  const component: ComponentFile | undefined = readComponent(api, fileName, text);
  const sourceFile = component?.sourceFile ?? parse(api, fileName, text);
  const diagnostics = new Diagnostics(sourceFile, fileName, component);
  const marks = findMarks(api, sourceFile, diagnostics.add);
  const scopes = createScopes(api, sourceFile);
  const source = { fileName, fileId: fileName, sourceFile, isModule: true };
  const functions = analyze({ api, source, scopes, diagnostics, prefix: unusedName(text) }, marks);
  return {
    fileName,
    text,
    sourceFile,
    scopes,
    marks,
    functions,
    diagnostics: diagnostics.list,
    names: functions.flatMap((fn) => namesIn(api, scopes, fn)),
    toSource: (offset) => component?.offsetOf(offset) ?? offset,
    toText: (offset) => component?.originalOf(offset) ?? offset,
  };
}

function namesIn(api: TypeScript, scopes: Scopes, { mark, node }: CachedFunction): MarkName[] {
  const { options } = mark;
  if (!options) return [];
  const parsed = api.createSourceFile("options.ts", options.text, api.ScriptTarget.Latest, true);
  return createScopes(api, parsed)
    .freeReferences(parsed)
    .flatMap(({ name, identifier }) => {
      const binding = scopes.resolve(name, node);
      return binding ? [{ name, start: options.start + identifier.getStart(parsed), binding }] : [];
    });
}
