import { loadParser } from "#typescript";
import { mayHaveMark } from "./1-marks/find-marks.ts";
import { createLinkContext, openSession, type Session } from "./3-hash/graph/build-session.ts";
import { type MaybePromise, run } from "./host-requests.ts";
import { emitPlan, type FilePlan, planFile } from "./pipeline.ts";
import { withoutQuery } from "./syntax/parse.ts";
import type { Diagnostic, FunctionReport, Platform, SyntaxApi } from "./types.ts";

export { formatDiagnostic } from "./diagnostics.ts";
export type { Diagnostic, FunctionReport, Kind, Platform } from "./types.ts";

/** How the transform reaches other files. */
export interface TransformHost {
  /** An import → the absolute path of the file it means, or `undefined` where there is none on disk. */
  resolve?: (specifier: string, importer: string) => MaybePromise<string | undefined>;
  /** A file's text, or its bytes where it is no text; `undefined` where it doesn't exist. */
  read?: (file: string) => MaybePromise<string | Uint8Array | undefined>;
}

export interface TransformOptions extends TransformHost {
  /** Absolute path of the file; a bundler's query is ignored. */
  fileName: string;
  /** Directory that function ids are relative to where no named `package.json` is found above the file. */
  root?: string;
  /** Where the output runs, if known: some marks only make sense on one side. */
  platform?: Platform;
  /** Shared by the calls of one build until a file changes, from `createSession`: what functions reach is found once. */
  session?: TransformSession;
  /** The TypeScript API to read code with; by default the parser that cachet brings. */
  typescript?: SyntaxApi;
}

export interface TransformResult {
  /** The new text. Every line stays where it was. The source itself where nothing is marked or an error was found. */
  code: string;
  /** A version 3 source map; `null` where nothing changed. */
  map: NonNullable<ReturnType<typeof emitPlan>>["map"] | null;
  diagnostics: Diagnostic[];
  functions: FunctionReport[];
  /** Absolute paths of the files that the code hashes cover, the file itself aside. */
  dependencies: string[];
}

type SyncOptions = TransformOptions & {
  resolve?: (specifier: string, importer: string) => string | undefined;
  read?: (file: string) => string | Uint8Array | undefined;
};

/**
 * What the calls of `transform` share between two changes of any file. `createSession` alone makes one: it says what it was made with, and
 * what the transform keeps in it is the transform's own.
 */
export interface TransformSession {
  /** Directory that function ids are relative to where no named `package.json` is found above a file. */
  readonly root: string | undefined;
  /** Expressions that the tool replaces in all files, with the values it puts there. */
  readonly define: Readonly<Record<string, unknown>>;
  /** The package whose functions JSX calls, if the tool's settings name one. */
  readonly jsxImportSource: string | undefined;
  /** Whether functions say what their code hashes are made of. */
  readonly describesCode: boolean;
}

export interface NewSessionOptions {
  /** Directory that function ids are relative to where no named `package.json` is found above a file. */
  root?: string;
  /** Expressions that the tool replaces in all files, such as `import.meta.env.MODE`, with the values it puts there. */
  define?: Readonly<Record<string, unknown>>;
  /** The package whose functions JSX calls, where the tool's settings name one: it counts where a function has JSX. */
  jsxImportSource?: string;
  /**
   * True where calls may be recorded or replayed: functions then say what their code hashes are made of, for the error that names
   * the declaration that has changed since.
   */
  describesCode?: boolean;
  /** The TypeScript API to read code with; by default the parser that cachet brings. */
  typescript?: SyntaxApi;
  /** An earlier session of the same tool: files whose text is still the same are not parsed again. */
  previous?: TransformSession;
}

/**
 * What the calls of `transform` between two changes of any file share: each file is read and parsed once, and what a
 * declaration reaches is hashed once. Make a new one as soon as a file may have changed, handing in the `previous` one,
 * and one for each environment that resolves imports in a way of its own.
 */
export function createSession({ typescript, previous, ...options }: NewSessionOptions = {}): TransformSession {
  const { context } = (previous as Session | undefined) ?? {};
  return openSession(context ?? createLinkContext(typescript ?? loadParser()), options);
}

/**
 * Transforms one file: pure, and synchronous where `resolve` and `read` are. Wrong marks are reported in
 * `diagnostics`, never thrown; the code then comes back unchanged.
 */
export function transform(source: string, options: SyncOptions): TransformResult;
export function transform(source: string, options: TransformOptions): MaybePromise<TransformResult>;
export function transform(source: string, options: TransformOptions): MaybePromise<TransformResult> {
  const { fileName, root, platform, typescript } = options;
  // Without a session TypeScript may not be loaded yet, and a file without marks doesn't need it.
  if (!options.session && !mayHaveMark(source))
    return { code: source, map: null, diagnostics: [], functions: [], dependencies: [] };
  const given =
    options.session ?? createSession({ ...(root !== undefined && { root }), ...(typescript && { typescript }) });
  const session = given as Session;
  const input = {
    fileName: withoutQuery(fileName),
    source,
    isModule: true,
    ...(root !== undefined && { root }),
    ...(platform && { platform }),
  };
  const host = { resolve: options.resolve ?? (() => undefined), read: options.read ?? (() => undefined) };
  const planned = run(planFile(input, session), host);
  const finish = (plan: FilePlan): TransformResult => {
    const { diagnostics, functions, dependencies } = plan;
    const { code, map } = emitPlan(session.context.api, plan) ?? { code: source, map: null };
    return { code, map, diagnostics, functions, dependencies };
  };
  return planned instanceof Promise ? planned.then(finish) : finish(planned);
}
