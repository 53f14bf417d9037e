import { createFilter, type FilterPattern } from "@rollup/pluginutils";
import type {
  EmittedAsset,
  ModuleInfo,
  TransformResult as Output,
  Plugin,
  PluginContext,
  TransformPluginContext,
} from "rollup";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { describeDiagnostic } from "../diagnostics.ts";
import { readOrUndefined } from "../engine/resolve-file.ts";
import { type BundlerSide, Transforms } from "../engine/transforms.ts";
import type { TransformResult } from "../index.ts";
import { createManifest, type LocatedReport, locate, printManifest } from "../reports/manifest.ts";
import { withoutQuery } from "../syntax/parse.ts";
import type { Diagnostic } from "../types.ts";

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
    // Handed the modules of an earlier build, Rollup compares a file's own text and nothing that its hashes cover; where
    // it watches, it compares the watched files as well.
    shouldTransformCachedModule({ meta }) {
      return meta["cachet"] !== undefined && !this.meta.watchMode ? true : null;
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
  const { findLostMarks, loadTypeScript } = await import("../engine/lazy.ts");
  const cached = (meta["cachet"] as unknown[] | undefined)?.length ?? 0;
  const [lost] = findLostMarks(loadTypeScript(), id, text, { cached, code: code ?? "" });
  if (lost) context.error({ message: describeDiagnostic(lost), id, loc: placeOf(lost) });
}

export function createPlugin(options: CachetOptions, bundler: BundlerSide = {}): Plugin {
  const accepts = acceptedBy(options);
  const transforms = new Transforms(options, bundler);
  return {
    name: "cachet",
    // A dev server's one build never ends, so files and what imports mean are asked for again once anything changed.
    buildStart: () => transforms.forget(),
    watchChange: () => transforms.forget(),
    transform: {
      order: "pre",
      filter: { id: SCRIPT, code: /@[cC][a-zA-Z]/ },
      async handler(code, id) {
        if (!accepts(id) || !mayHaveMark(code)) return null;
        const result = await transforms.transform(this, code, id);
        bundler.note?.(id, result, this);
        if (transforms.mayChange(this)) for (const file of result.dependencies) this.addWatchFile(file);
        return report(this, result, withoutQuery(id));
      },
    },
    async buildEnd(error) {
      if (!error) await transforms.save(this);
    },
    generateBundle: {
      // Vite deletes the assets that it meets in a build for a server.
      order: "post",
      handler() {
        if (options.manifest) this.emitFile(manifestFile(this, options));
      },
    },
  };
}

/** The reports travel with the modules, so a module that a watching or caching bundler didn't transform again has them. */
function manifestFile(context: PluginContext, { manifest, root }: CachetOptions): EmittedAsset {
  const reports = [...context.getModuleIds()].flatMap(
    (id): LocatedReport[] => context.getModuleInfo(id)?.meta["cachet"] ?? [],
  );
  const source = printManifest(createManifest(reports, root ?? process.cwd()));
  return { type: "asset", fileName: manifest === true ? "cachet.json" : (manifest as string), source };
}

function report(context: TransformPluginContext, result: TransformResult, file: string): Output {
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
