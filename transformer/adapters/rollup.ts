import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createFilter, type FilterPattern, normalizePath } from "@rollup/pluginutils";
import type {
  EmittedAsset,
  ModuleInfo,
  TransformResult as Output,
  Plugin,
  PluginContext,
  TransformPluginContext,
} from "rollup";
import { mayHaveMark } from "../1-find-marks.ts";
import { describeDiagnostic } from "../diagnostics.ts";
import type { Platform, TransformHost, TransformResult } from "../index.ts";
import type { LinkContext, Session } from "../link.ts";
import { createManifest, type LocatedReport, locate, printManifest } from "../manifest.ts";
import { withoutQuery } from "../parse.ts";
import type { Diagnostic } from "../types.ts";
import { Answers } from "./answers.ts";
import type { Receipts } from "./receipts.ts";

export interface CachetOptions {
  /** Files to look into; by default every JavaScript and TypeScript file outside `node_modules`. */
  include?: FilterPattern;
  exclude?: FilterPattern;
  /** Directory that function ids are relative to where no named `package.json` is found above a file. */
  root?: string;
  /** Writes the facts of a build beside its output: `cachet.json`, or a file of this name in the output directory. */
  manifest?: boolean | string;
  /**
   * Whether a build keeps, in `node_modules/.cache/cachet-build`, what it made of each file, for the next one to take
   * where nothing that it depends on has changed. Default: true.
   */
  remember?: boolean;
}

const SCRIPT = /\.[cm]?[jt]sx?(?:[?#].*)?$/;

/**
 * The plugin for Rollup and everything that speaks its hooks: `plugins: [cachet()]`, before any plugin that strips
 * types. Wrong marks fail the build at their place in the comment.
 */
export default function cachet(options: CachetOptions = {}): Plugin {
  const accepts = acceptedBy(options);
  let mayLose = false;
  const plugin = createPlugin(options);
  return {
    ...plugin,
    buildStart({ plugins }) {
      mayLose = plugins?.some(({ name, load }) => name !== plugin.name && load !== undefined) ?? false;
      (plugin.buildStart as () => void)();
    },
    async moduleParsed(info) {
      if (mayLose && accepts(info.id)) await refuseLostMarks(this, info);
    },
  };
}

const acceptedBy = ({ include, exclude }: CachetOptions) => createFilter(include ?? SCRIPT, exclude ?? /node_modules/);

/** Where a plugin hands out other text than a file holds, its marks must still have arrived. */
async function refuseLostMarks(context: PluginContext, { id, code, meta }: ModuleInfo): Promise<void> {
  if (id.includes("?") || id.startsWith("\0")) return;
  const text = readOrUndefined(id)?.toString();
  // What is transformed already, as by a compiler that carries the tsconfig plugin, keeps no mark of its own.
  if (text === undefined || !mayHaveMark(text) || (!meta["cachet"] && code?.includes("cachet/internal"))) return;
  const { findLostMarks, loadTypeScript } = await import("../bundler.ts");
  const cached = (meta["cachet"] as unknown[] | undefined)?.length ?? 0;
  const [lost] = findLostMarks(loadTypeScript(), id, text, { cached, code: code ?? "" });
  if (lost) context.error({ message: describeDiagnostic(lost), id, loc: placeOf(lost) });
}

/** What one bundler offers beyond the others. */
export interface BundlerSide {
  /** Names that the bundler replaces, with what it puts there; known when the first file is transformed. */
  readonly define?: Session["define"];
  /** Where the bundler keeps bundles of packages that it made itself: they count as the packages they are. */
  readonly prebundles?: string | undefined;
  /** The project's directory; the working directory where a bundler has none of its own. */
  readonly root?: string | undefined;
  /** Hears what came out of each module; `context` is the bundler's own. */
  note?(id: string, result: TransformResult, context: object): void;
}

export function createPlugin(options: CachetOptions, bundler: BundlerSide = {}): Plugin {
  const accepts = acceptedBy(options);
  let context: LinkContext | undefined;
  /** One for each of Vite's environments, which may resolve differently; Rollup has none. */
  const sessions = new Map<string, Session>();
  const answers = new Answers();
  const receipts = new Map<string, Promise<Receipts | undefined>>();
  let changes = 0;
  // A dev server's one build never ends, so files and what imports mean are asked for again once anything changed.
  const forget = () => {
    changes++;
    sessions.clear();
    answers.clear();
    receipts.clear();
  };
  const receiptsFor = (context: PluginContext): Promise<Receipts | undefined> => {
    const environment = environmentOf(context);
    const known = receipts.get(environment) ?? openReceipts(context, options, bundler);
    receipts.set(environment, known);
    return known;
  };
  async function transformAnew(
    plugin: TransformPluginContext,
    code: string,
    id: string,
    host: Required<TransformHost>,
    kept: Receipts | undefined,
  ): Promise<TransformResult> {
    // The TypeScript API takes a while to load: only a build that has a mark pays for it.
    const { createLinkContext, createSession, loadTypeScript, transform } = await import("../bundler.ts");
    const environment = environmentOf(plugin);
    context ??= createLinkContext(loadTypeScript());
    const session = sessions.get(environment) ?? createSession(context, { root: options.root, define: bundler.define });
    sessions.set(environment, session);
    const result = await transform(code, {
      fileName: withoutQuery(id),
      session,
      ...host,
      ...(options.root !== undefined && { root: options.root }),
      ...platformOf(plugin),
    });
    kept?.add(id, code, result, session);
    return result;
  }

  return {
    name: "cachet",
    buildStart: forget,
    watchChange: forget,
    transform: {
      order: "pre",
      filter: { id: SCRIPT, code: /@[cC][a-zA-Z]/ },
      async handler(code, id) {
        if (!accepts(id) || !mayHaveMark(code)) return null;
        const environment = environmentOf(this);
        const host = {
          resolve: (specifier: string, importer: string) =>
            answers.get(`${environment} ${specifier} ${importer}`, () =>
              resolveFile(this, specifier, importer, bundler.prebundles),
            ),
          read: (file: string) => answers.get(file, () => readOrUndefined(file)),
        };
        let result: TransformResult;
        let seen: number;
        do {
          seen = changes;
          const kept = await receiptsFor(this);
          result = (await kept?.find(id, code, host)) ?? (await transformAnew(this, code, id, host, kept));
        } while (seen !== changes);
        bundler.note?.(id, result, this);
        return report(this, result, withoutQuery(id));
      },
    },
    async buildEnd(error) {
      const kept = await receipts.get(environmentOf(this));
      if (!error) kept?.save();
    },
    generateBundle() {
      if (options.manifest) this.emitFile(manifestFile(this, options));
    },
  };
}

/** None while files are watched: what a running tool knows of them is in memory. */
async function openReceipts(
  context: PluginContext,
  { remember, root }: CachetOptions,
  bundler: BundlerSide,
): Promise<Receipts | undefined> {
  if (remember === false || context.meta.watchMode) return undefined;
  const directory = bundler.root ?? root ?? process.cwd();
  const kind = [directory, root, environmentOf(context), platformOf(context), bundler.define];
  try {
    const [{ Receipts }, { bookPath }] = await Promise.all([import("./receipts.ts"), import("./receipt-book.ts")]);
    const path = bookPath(directory, kind);
    return path === undefined ? undefined : new Receipts(path);
  } catch {
    // Without receipts everything is made anew, as by the first build.
    return undefined;
  }
}

/** The reports travel with the modules, so a module that a watching or caching bundler didn't transform again has them. */
function manifestFile(context: PluginContext, { manifest, root }: CachetOptions): EmittedAsset {
  const reports = [...context.getModuleIds()].flatMap(
    (id): LocatedReport[] => context.getModuleInfo(id)?.meta["cachet"] ?? [],
  );
  const source = printManifest(createManifest(reports, root ?? process.cwd()));
  return { type: "asset", fileName: manifest === true ? "cachet.json" : (manifest as string), source };
}

function environmentOf(context: object): string {
  return (context as { environment?: { name?: string } }).environment?.name ?? "";
}

/** Vite says where a module will run; Rollup doesn't know. */
function platformOf(context: object): { platform?: Platform } {
  const consumer = (context as { environment?: { config?: { consumer?: string } } }).environment?.config?.consumer;
  if (consumer === undefined) return {};
  return { platform: consumer === "client" ? "browser" : "server" };
}

/**
 * A relative import that names an existing file means that file; anything else is the bundler's to say. Never
 * `this.load`: two modules that import each other would wait for one another.
 */
function resolveFile(
  context: TransformPluginContext,
  specifier: string,
  importer: string,
  prebundles: string | undefined,
): string | undefined | Promise<string | undefined> {
  if (/^\.\.?\/[^?]*\.[cm]?[jt]sx?$/.test(specifier)) {
    const file = normalizePath(join(dirname(importer), specifier));
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  return askBundler(context, specifier, importer, prebundles);
}

async function askBundler(
  context: TransformPluginContext,
  specifier: string,
  importer: string,
  prebundles: string | undefined,
): Promise<string | undefined> {
  const resolved = await context.resolve(specifier, importer, { skipSelf: true });
  if (!resolved || resolved.external) return undefined;
  return prebundles !== undefined && resolved.id.startsWith(`${prebundles}/`) ? undefined : resolved.id;
}

/** At once: a file of some kilobytes is read in a tenth of the time that a promise takes to come back. */
function readOrUndefined(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function report(context: TransformPluginContext, result: TransformResult, file: string): Output {
  if (context.meta.watchMode) for (const file of result.dependencies) context.addWatchFile(file);
  for (const diagnostic of result.diagnostics) {
    if (diagnostic.severity === "warning")
      context.warn({ message: describeDiagnostic(diagnostic), loc: placeOf(diagnostic), id: diagnostic.file });
  }
  const error = result.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (error) context.error(describeAll(result), error.start);
  if (!result.map) return null;
  const cachet = result.functions.map((fn) => locate(fn, file));
  return { code: result.code, map: result.map, meta: { cachet } };
}

const placeOf = ({ file, line, column }: Diagnostic) => ({ file, line, column: column - 1 });

/** A bundler stops at the first error; the message names them all so that nobody fixes them one build at a time. */
function describeAll({ diagnostics }: TransformResult): string {
  const [first, ...others] = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const also = others.map(
    (diagnostic) => `\n${diagnostic.line}:${diagnostic.column} ${describeDiagnostic(diagnostic)}`,
  );
  return `${first ? describeDiagnostic(first) : ""}${also.join("")}`;
}
