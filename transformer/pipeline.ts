import type ts from "typescript";
import { type ComponentFile, readComponent, reportClientMarks } from "./1-marks/component.ts";
import { findMarks, mayHaveMark } from "./1-marks/find-marks.ts";
import { analyze } from "./2-analyze/analyze.ts";
import { locateFile, type Session } from "./3-hash/graph/build-session.ts";
import { moduleOf, parseOnce } from "./3-hash/graph/modules.ts";
import { hashFunctions } from "./3-hash/hash.ts";
import { planRewrite } from "./4-rewrite/plan-edits.ts";
import { captureHelperOf, emitComponent } from "./5-emit/emit-component.ts";
import { emitText } from "./5-emit/emit-text.ts";
import { DIAGNOSTICS, Diagnostics } from "./diagnostics.ts";
import type { Asking } from "./host-requests.ts";
import { reportOf } from "./reports/function-report.ts";
import { syntaxErrors } from "./syntax/parse.ts";
import type { Diagnostic, Edit, FunctionReport, HashedFunction, Platform, SyntaxApi } from "./types.ts";

export interface FileInput {
  fileName: string;
  /** The file's text, or its tree where the tool has parsed it anyway. */
  source: string | ts.SourceFile;
  /** Directory that ids are relative to where no named package is found. */
  root?: string;
  isModule: boolean;
  platform?: Platform;
}

/** The plan of a file that was parsed, since it may have a mark. */
export type ParsedPlan = FilePlan & { sourceFile: ts.SourceFile };

/** Everything a tool needs to know of one file. Nothing is changed yet: both emitters work from `edits`. */
export interface FilePlan {
  /** Absent where the file can't have a mark and needn't be parsed. */
  sourceFile?: ts.SourceFile;
  /** Set for a single-file component, whose scripts `sourceFile` stands for. */
  component?: ComponentFile;
  /** What the parser didn't understand: the tool will say so itself when it compiles the file. */
  syntaxErrors: readonly ts.DiagnosticWithLocation[];
  edits: Edit[];
  functions: FunctionReport[];
  /** The same functions as the emitters see them, for an adapter that rewrites what another compiler made of the file. */
  cached: HashedFunction[];
  diagnostics: Diagnostic[];
  /** Names that only marks may use: a compiler that reports unused ones is wrong about these. */
  mentioned: ts.Identifier[];
  /** Absolute paths of the other files that the hashes cover, for a tool's watcher. */
  dependencies: string[];
}

const NOTHING = {
  syntaxErrors: [],
  edits: [],
  functions: [],
  cached: [],
  diagnostics: [],
  mentioned: [],
  dependencies: [],
};

/**
 * What happens to a file, in order; each step returns what it found and changes nothing of an earlier one. The tsconfig
 * plugin, the bundlers and the command all come through here. A generator, because what a function reaches lies in
 * other files: it asks for them, and its driver answers synchronously (tsc) or later (bundlers).
 */
export function* planFile(input: FileInput, session: Session): Asking<FilePlan> {
  try {
    return yield* planned(input, session);
  } catch (error) {
    if (!isOverflow(error)) throw error;
    const place = { file: input.fileName, line: 1, column: 1 };
    const diagnostics = [{ ...DIAGNOSTICS.tooDeep({ start: 0, length: 0 }), ...place }];
    return { ...NOTHING, ...parsedIfPossible(input, session), diagnostics };
  }
}

/** What tools show a diagnostic's place by: the parser may have had room enough. */
function parsedIfPossible(input: FileInput, session: Session): Pick<FilePlan, "sourceFile"> {
  try {
    return { sourceFile: sourceOf(input, session).sourceFile };
  } catch {
    return {};
  }
}

/** Trees are walked by recursion, as the parser makes them: neither has room for any depth. */
const isOverflow = (error: unknown): boolean =>
  error instanceof Error && /call stack|too much recursion/i.test(error.message);

function* planned(input: FileInput, session: Session): Asking<FilePlan> {
  const { fileName, isModule, platform } = input;
  if (!mayHaveMark(textOf(input))) return NOTHING;
  const { api } = session.context;
  const { component, sourceFile } = sourceOf(input, session);
  const diagnostics = new Diagnostics(sourceFile, fileName, component);
  const plan = {
    ...NOTHING,
    sourceFile,
    ...(component && { component }),
    syntaxErrors: syntaxErrors(sourceFile),
    diagnostics: diagnostics.list,
  };

  const marks = findMarks(api, sourceFile, diagnostics.add);
  if (component) reportClientMarks(api, component, diagnostics.add);
  if (marks.length === 0) return plan;

  const { id: fileId } = yield* locateFile(session, fileName, input.root);
  const { scopes } = moduleOf(api, sourceFile);
  const prefix = unusedName(sourceFile.text);
  const source = {
    fileName,
    fileId,
    sourceFile,
    isModule,
    isComponent: component !== undefined,
    ...(platform && { platform }),
  };
  const analyzed = analyze(
    { api, source, scopes, diagnostics, prefix, captureHelper: component && captureHelperOf(component, prefix) },
    marks,
  );
  if (diagnostics.hasError) return plan;

  const functions = yield* hashFunctions(source, analyzed, session, diagnostics, prefix);
  if (diagnostics.hasError) return plan;
  const edits = planRewrite(api, sourceFile, functions, scopes, prefix);

  return {
    ...plan,
    edits,
    functions: functions.map((fn) => reportOf(sourceFile, fn)),
    cached: functions,
    mentioned: functions.flatMap((fn) => fn.options.mentioned),
    dependencies: dependenciesOf(functions),
  };
}

/** A plan as text and its source map; `undefined` where nothing changes. `tsc` emits from nodes instead: `emitAst`. */
export function emitPlan(api: SyntaxApi, { sourceFile, component, edits }: FilePlan) {
  if (sourceFile === undefined || edits.length === 0) return undefined;
  return component ? emitComponent(api, component, edits) : emitText(api, sourceFile, edits);
}

function sourceOf({ fileName, source }: FileInput, { context }: Session) {
  if (typeof source !== "string") return { component: undefined, sourceFile: source };
  const component = readComponent(context.api, fileName, source);
  return { component, sourceFile: component?.sourceFile ?? parseOnce(context, fileName, source) };
}

const textOf = ({ source }: FileInput): string => (typeof source === "string" ? source : source.text);

/** The one function that most files have may reach thousands of files, like each of the functions there. */
function dependenciesOf(functions: readonly HashedFunction[]): string[] {
  const [first, ...others] = functions.map((fn) => fn.dependencies);
  return first !== undefined && others.length === 0 ? first : [...new Set([first ?? [], ...others].flat())];
}

/** Inserted names must not meet the user's. */
export function unusedName(text: string): string {
  let name = "__cachet";
  while (text.includes(name)) name += "_";
  return name;
}
