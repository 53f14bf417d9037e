import type ts from "typescript";
import { findMarks } from "./1-marks/find-marks.ts";
import { analyze } from "./2-analyze/analyze.ts";
import { locateFile, type Session } from "./3-hash/graph/build-session.ts";
import { moduleOf } from "./3-hash/graph/modules.ts";
import { hashFunctions } from "./3-hash/hash.ts";
import { planRewrite } from "./4-rewrite/plan-edits.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Answer, Request } from "./host-requests.ts";
import type { CachedFunction, Diagnostic, Edit, FunctionReport, Platform } from "./types.ts";

export interface FileInput {
  fileName: string;
  sourceFile: ts.SourceFile;
  /** Directory that ids are relative to where no named package is found. */
  root?: string;
  isModule: boolean;
  platform?: Platform;
}

/** Everything a tool needs to know of one file. Nothing is changed yet: both emitters work from `edits`. */
export interface FilePlan {
  sourceFile: ts.SourceFile;
  edits: Edit[];
  functions: FunctionReport[];
  diagnostics: Diagnostic[];
  /** Names that only marks may use: a compiler that reports unused ones is wrong about these. */
  mentioned: ts.Identifier[];
  /** Absolute paths of the other files that the hashes cover, for a tool's watcher. */
  dependencies: string[];
}

/**
 * The steps in order, for one file that `mayHaveMark`. A generator, because what a function reaches lies in other
 * files: it asks for them, and its driver answers at once (tsc) or later (bundlers).
 */
export function* planFile(input: FileInput, session: Session): Generator<Request, FilePlan, Answer> {
  const { api } = session.context;
  const { fileName, sourceFile, isModule, platform } = input;
  const diagnostics = new Diagnostics(sourceFile, fileName);
  const marks = findMarks(api, sourceFile, diagnostics.error);
  if (marks.length === 0)
    return { sourceFile, edits: [], functions: [], diagnostics: diagnostics.list, mentioned: [], dependencies: [] };
  const { id: fileId } = yield* locateFile(session, fileName, input.root);
  const { scopes } = moduleOf(api, sourceFile);
  const prefix = unusedName(sourceFile.text);
  const source = { fileName, fileId, sourceFile, isModule, ...(platform && { platform }) };
  const functions = analyze({ api, source, scopes, diagnostics, prefix }, marks);
  const failed = diagnostics.list.some((diagnostic) => diagnostic.severity === "error");
  if (failed)
    return { sourceFile, edits: [], functions: [], diagnostics: diagnostics.list, mentioned: [], dependencies: [] };
  yield* hashFunctions(source, functions, session, diagnostics, prefix);
  return {
    sourceFile,
    edits: planRewrite(api, sourceFile, functions, prefix),
    functions: functions.map((fn) => reportOf(sourceFile, fn)),
    diagnostics: diagnostics.list,
    mentioned: functions.flatMap((fn) => fn.options.mentioned),
    dependencies: dependenciesOf(functions),
  };
}

/** The one function that most files have may reach thousands of files, like each of the functions there. */
function dependenciesOf(functions: readonly CachedFunction[]): string[] {
  const lists = functions.map((fn) => fn.linked?.dependencies ?? []);
  return lists.length === 1 ? (lists[0] as string[]) : [...new Set(lists.flat())];
}

/** Inserted names must not meet the user's. */
function unusedName(text: string): string {
  let name = "__cachet";
  while (text.includes(name)) name += "_";
  return name;
}

function reportOf(sourceFile: ts.SourceFile, fn: CachedFunction): FunctionReport {
  const at = sourceFile.getLineAndCharacterOfPosition(fn.mark.start);
  return {
    id: fn.id,
    name: fn.name,
    kind: fn.kind,
    hash: fn.hash as string,
    line: at.line + 1,
    column: at.character + 1,
    options: {
      ...fn.options.static,
      ...Object.fromEntries(
        fn.options.dynamic.map(({ name }, index) => [name, sourceOf(fn.options.expressions[index])]),
      ),
      ...(fn.receiver && fn.receiver !== "identity" && { this: fn.receiver }),
      ...(fn.codeHash === "own" && { codeHash: fn.codeHash }),
      ...(fn.version !== undefined && { version: fn.version }),
    },
    parts: fn.parts.map((part) => part.label),
    dependencies: fn.linked?.dependencies ?? [],
    get tree() {
      return fn.linked?.tree ?? [];
    },
  };
}

/** An option's value as it stands in the mark, on one line. */
function sourceOf(expression: ts.Expression | undefined): string {
  return expression?.getText().replace(/\s+/g, " ") ?? "";
}
