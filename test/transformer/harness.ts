import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import * as internal from "../../runtime/internal.ts";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { serialize } from "../../transformer/3-hash/normal-form/serialize.ts";
import { emitAst } from "../../transformer/5-emit/emit-ast.ts";
import { runSync } from "../../transformer/host-requests.ts";
import { type Diagnostic, transform } from "../../transformer/index.ts";
import { type FilePlan, planFile } from "../../transformer/pipeline.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";

export interface Settings {
  fileName?: string;
  compilerOptions?: ts.CompilerOptions;
}

const PACKAGE = (file: string) => (file === "/p/package.json" ? '{"name":"pkg"}' : undefined);
export const HOST = { resolve: () => undefined, read: PACKAGE };

/** A file that no other test uses, so that ids in the shared registry never meet. */
let files = 0;
export const freshFile = (extension = "ts") => `/p/src/case-${++files}.${extension}`;

export function transformText(source: string, { fileName = "/p/src/a.ts" }: Settings = {}) {
  return transform(source, { fileName, read: PACKAGE });
}

export const errorsOf = (diagnostics: Diagnostic[]) => diagnostics.filter(({ severity }) => severity === "error");

/** The plan that the tsconfig plugin would work from. */
export function planOf(sourceFile: ts.SourceFile): FilePlan {
  const input = { fileName: sourceFile.fileName, source: sourceFile, isModule: true };
  return runSync(planFile(input, openSession(createLinkContext(ts))), HOST);
}

const BASE: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
  jsx: ts.JsxEmit.React,
  ignoreDeprecations: "6.0",
};

/** Plain TypeScript, no cachet: what the program does without it. */
export function compile(source: string, { fileName = "/p/src/a.ts", compilerOptions }: Settings = {}): string {
  return transpile(source, fileName, compilerOptions).outputText;
}

/** As a bundler does it: text first, then types are stripped. */
export function compileText(source: string, settings: Settings = {}): string {
  const result = transformText(source, settings);
  const errors = errorsOf(result.diagnostics).map(({ code, message }) => `${code} ${message}`);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return compile(result.code, settings);
}

/** As tsc does it: the tree is rewritten before every other transformer. */
export function compileAst(source: string, settings: Settings = {}): string {
  return emitAstModule(source, settings).outputText;
}

export function emitAstModule(source: string, { fileName = "/p/src/a.ts", compilerOptions }: Settings = {}) {
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) => {
    const { edits } = planOf(sourceFile);
    return edits.length > 0 ? emitAst(ts, context, sourceFile, edits) : sourceFile;
  };
  return transpile(source, fileName, compilerOptions, { before: [before] });
}

export function transpile(
  source: string,
  fileName: string,
  compilerOptions: ts.CompilerOptions = {},
  transformers: ts.CustomTransformers = {},
): ts.TranspileOutput {
  const options = { ...BASE, ...compilerOptions };
  const result = ts.transpileModule(source, {
    fileName,
    compilerOptions: options,
    reportDiagnostics: true,
    transformers,
  });
  const errors = (result.diagnostics ?? []).filter((d) => d.category === ts.DiagnosticCategory.Error);
  if (errors.length > 0) {
    const text = errors.map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n")).join("\n");
    throw new Error(`${text}\n${source}`);
  }
  return result;
}

/** A runtime that never hits and counts what it is asked. */
export function createStub() {
  const calls = { get: 0, run: 0, attached: new Map<string, unknown>() };
  const MISS = Symbol("miss");
  const descriptors = new Map<string, Record<string, any>>();
  const define = (definition: { id: string; options?: () => object }) => {
    const known = descriptors.get(definition.id);
    if (known) return known;
    const get = () => {
      calls.get++;
      return MISS;
    };
    const made: Record<string, any> = { definition, get0: get, get1: get, get2: get, get3: get, getN: get };
    made["of"] = () => made;
    made["run"] = (_parts: unknown[], body: () => unknown) => {
      calls.run++;
      return body();
    };
    descriptors.set(definition.id, made);
    return made;
  };
  const attach = (descriptor: any, value: any, options?: () => object) => {
    calls.attached.set(descriptor.definition.id, value);
    if (options) descriptor.definition.options = options;
    return descriptor;
  };
  const members = (object: any, ...list: any[]) => {
    for (const [descriptor, key, options] of list)
      attach(descriptor, Object.getOwnPropertyDescriptor(object, key)?.value, options);
    return object;
  };
  return {
    calls,
    descriptors,
    module: {
      __esModule: true,
      MISS,
      data: define,
      resource: define,
      generator: define,
      frozenGenerator: define,
      parent: internal.parent,
      heed: (_args: unknown[], result: unknown) => result,
      element: define,
      widget: define,
      attach,
      named: internal.named,
      initialised: internal.initialised,
      late: internal.late,
      classes: () => undefined,
      capture: internal.capture,
      ownSignal: internal.ownSignal,
      ownSignals: internal.ownSignals,
      fn: (descriptor: any, name: PropertyKey, value: any, options?: () => object) => {
        attach(descriptor, value, options);
        return internal.fn({} as never, String(name), value);
      },
      members,
      methods: (type: any, ofInstances: any[], own: any[] = []) => {
        members(type.prototype, ...ofInstances);
        return members(type, ...own);
      },
    },
  };
}

export interface Program {
  /** What the module handed to `probe`. */
  probes: Record<string, any>;
  exports: any;
  /** How often the bodies that call `count()` ran. */
  runs: () => number;
}

/** Runs CommonJS text with `count()` and `probe({ … })` in scope. */
export function execute(code: string, modules: Record<string, unknown> = {}): Program {
  let runs = 0;
  const probes = {};
  const module = { exports: {} as any };
  const require = (name: string) => {
    if (name in modules) return modules[name];
    throw new Error(`no module ${name}`);
  };
  const globals = {
    module,
    exports: module.exports,
    require,
    count: () => ++runs,
    probe: (more: object) => Object.assign(probes, more),
  };
  compileFunction(Object.keys(globals), code.replace(/^#!/, "//"))(...Object.values(globals));
  return { probes, exports: module.exports, runs: () => runs };
}

function compileFunction(names: string[], code: string) {
  try {
    return new Function(...names, code);
  } catch (error) {
    throw new SyntaxError(`${(error as Error).message} in\n${code}`);
  }
}

export const executeWithStub = (code: string, modules: Record<string, unknown> = {}) => {
  const stub = createStub();
  return { ...execute(code, { ...modules, "cachet/internal": stub.module }), stub };
};

export const executeWithRuntime = (code: string, modules: Record<string, unknown> = {}) =>
  execute(code, { ...modules, "cachet/internal": internal });

/** Both emitters' outputs in the normal form of the code hash, comments and empty statements left out. */
export function bothForms(
  source: string,
  { fileName = "/p/src/a.ts" }: Settings = {},
): { text: string[]; ast: string[] } {
  const sourceFile = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const { edits } = planOf(sourceFile);
  const { transformed } = ts.transform(sourceFile, [(context) => (file) => emitAst(ts, context, file, edits)]);
  const printed = ts.createPrinter({ removeComments: true }).printFile(transformed[0] as ts.SourceFile);
  const name = edits.find((edit) => edit.type === "name-declaration")?.name;
  const ast = name ? printed.replaceAll(/\bdefault_1\b/g, name) : printed;
  return { text: normalForm(transformText(source, { fileName }).code, fileName), ast: normalForm(ast, fileName) };
}

export function normalForm(code: string, fileName: string): string[] {
  const parsed = ts.createSourceFile(fileName, code, ts.ScriptTarget.Latest, true);
  const [error] = syntaxErrorsOf(parsed);
  if (error)
    throw new Error(`${ts.flattenDiagnosticMessageText(error.messageText, "\n")} at ${error.start} in\n${code}`);
  createScopes(ts, parsed);
  return parsed.statements.filter((s) => !ts.isEmptyStatement(s)).map((s) => `${leading(s)}${serialize(ts, s)}`);
}

/** The normal form leaves out whether a declaration is exported; emitters must not. */
function leading(statement: ts.Statement): string {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.map((modifier) => `${modifier.getText()} `).join("");
}

function syntaxErrorsOf(parsed: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (parsed as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
}

export interface Spot {
  text: string;
  line: number;
  column: number;
}

/** Every identifier of a text, JSX tags included, with its 1-based line and 0-based column. */
export function identifiersOf(code: string, fileName: string): Spot[] {
  const parsed = ts.createSourceFile(fileName, code, ts.ScriptTarget.Latest, true);
  const spots: Spot[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && node.text !== "") {
      const { line, character } = parsed.getLineAndCharacterOfPosition(node.getStart());
      spots.push({ text: node.text, line: line + 1, column: character });
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return spots;
}

/** Spots of the original that some equal identifier of the generated text maps back to, as `line:column:name`. */
export function mappedSpots(code: string, map: string | object, fileName: string): Set<string> {
  const trace = new TraceMap(map as never);
  const found = new Set<string>();
  for (const { text, line, column } of identifiersOf(code, fileName)) {
    const original = originalPositionFor(trace, { line, column });
    if (original.line !== null) found.add(`${original.line}:${original.column}:${text}`);
  }
  return found;
}

export const spotKey = ({ text, line, column }: Spot) => `${line}:${column}:${text}`;
