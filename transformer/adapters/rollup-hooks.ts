import type { Plugin, PluginContext, TransformPluginContext } from "rollup";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { describeDiagnostic, formatDiagnostic } from "../diagnostics.ts";
import { Engine, type EngineOptions, type EngineResult, type ToolTraits } from "../engine/engine.ts";
import { COMPONENT, createFileFilter, type FilterOptions, MAYBE_MARK, SCRIPT } from "../engine/file-filter.ts";
import type { ToolHost } from "../engine/host.ts";
import { type GraphModule, modulesAround } from "../engine/modules-around.ts";
import { OutsideWatch } from "../engine/outside-watch.ts";
import { describeErrors, errorsOf, placeOf, warningsOf } from "../engine/reporting.ts";
import { Rewritings } from "../engine/rewritings.ts";
import { createManifest, type LocatedReport, locate, printManifest } from "../reports/manifest.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import type { FunctionReport } from "../types.ts";

export interface CachetOptions extends EngineOptions, FilterOptions {
  /** Writes the facts of a build beside its output: `cachet.json`, or a file of this name in the output directory. */
  manifest?: boolean | string;
}

/** What Vite offers beyond Rollup. */
export interface PluginTraits extends ToolTraits {
  /** Whether the tool is told the files that a module depends on, where its plugin context doesn't say. */
  readonly watches?: boolean | undefined;
  /** Whether modules are transformed one by one as they are asked for, so that there is no moment when all are known. */
  readonly isServing?: boolean | undefined;
  /** The modules that are known so far, where they are met one by one. */
  modulesOf?(context: PluginContext): readonly GraphModule[];
  /** Tells a warning that belongs to no module that is being transformed. */
  warn?(context: PluginContext, message: string): void;
  /** What the tool knows of the module that its context stands for. */
  hostOf?(context: PluginContext): Partial<ToolHost>;
  /** Hears of each module that may have a mark, before it is transformed. */
  onSource?(id: string, code: string): void;
  /** Hears of each file that changes. */
  onChange?(file: string): void;
  /** Hears what came out of each module. `reports` gives its cached functions with their trees. */
  onResult?(
    id: string,
    result: EngineResult,
    context: TransformPluginContext,
    reports: () => Promise<readonly FunctionReport[]>,
  ): void;
}

/** The hooks, and what watches the other plugins as soon as they are known. */
export function createPlugin(options: CachetOptions, traits: PluginTraits): { plugin: Plugin; rewritings: Rewritings } {
  const accepts = createFileFilter(options);
  const engine = new Engine(options, traits);
  const rewritings = new Rewritings((rewriting) => engine.findRewriting(rewriting));
  const hostIn = (context: PluginContext) => ({ context, resolve: resolveIn(context), ...traits.hostOf?.(context) });
  const watch = new OutsideWatch<ToolHost & { context: PluginContext }>(engine, {
    accepts,
    say: (warning, { context }) => traits.warn?.(context, formatDiagnostic(warning)),
    modulesOf: ({ context }) => traits.modulesOf?.(context) ?? [],
  });
  const plugin: Plugin = {
    name: "cachet",
    // A dev server's one build never ends, so files and what imports mean are asked for again once anything changed.
    buildStart: () => engine.forget(),
    watchChange(file, { event }) {
      // What imports mean hangs on no script's content: to resolve them all again would be felt at each save.
      if (event === "update" && SCRIPT.test(file)) engine.forgetContent(toPosix(file));
      else engine.forget();
      traits.onChange?.(file);
    },
    transform: {
      order: "pre",
      filter: {
        id: [SCRIPT, COMPONENT],
        get code() {
          return traits.isServing ? undefined : MAYBE_MARK;
        },
      },
      async handler(code, id) {
        if (!accepts(id)) return null;
        if (traits.isServing) watch.meet(id, hostIn(this));
        if (!mayHaveMark(code)) return null;
        traits.onSource?.(id, code);
        const host = hostIn(this);
        const result = await engine.transform(code, id, host);
        if (traits.isServing) watch.meet(id, host);
        traits.onResult?.(id, result, this, () => engine.reports(code, id, host));
        if (result.functions.length > 0)
          rewritings.cover(id, result.dependencies, (message, file) => this.warn({ message, id: file }));
        // A dev server watches its root, and takes a file that is watched for one that is imported, which must be there.
        const awaited = traits.isServing ? [] : result.absent;
        if (traits.watches ?? this.meta.watchMode)
          for (const file of [...result.dependencies, ...awaited]) this.addWatchFile(file);
        for (const warning of warningsOf(result))
          this.warn({ message: describeDiagnostic(warning), loc: placeOf(warning), id: warning.file });
        const errors = errorsOf(result);
        if (errors[0]) this.error(describeErrors(errors), errors[0].start);
        if (!result.map) return null;
        // The reports travel with the module, so that one which a watching bundler doesn't transform again has them.
        const cachet = result.functions.map((fn) => locate(fn, withoutQuery(id)));
        return { code: result.code, map: result.map, meta: { cachet } };
      },
    },
    async buildEnd(error) {
      if (traits.isServing) await watch.finish();
      else if (!error) await warnOfOutside(this, engine, accepts, hostIn(this));
      engine.save();
    },
    generateBundle: {
      // Vite deletes the assets that it meets in a build for a server.
      order: "post",
      handler() {
        const { manifest, root = process.cwd() } = options;
        const fileName = manifest === true ? "cachet.json" : manifest;
        if (fileName)
          this.emitFile({ type: "asset", fileName, source: printManifest(createManifest(reportsIn(this), root)) });
      },
    },
  };
  return { plugin, rewritings };
}

/** Once all modules are known: which of them change what cached functions of others reach. */
async function warnOfOutside(
  context: PluginContext,
  engine: Engine,
  accepts: (id: string) => boolean,
  host: ToolHost,
): Promise<void> {
  const modules = [...context.getModuleIds()].map((id) => ({
    id,
    imports: context.getModuleInfo(id)?.importedIds ?? [],
  }));
  for (const warning of await engine.outsideWarnings(modulesAround(engine.changeable(host), modules, accepts), host))
    context.warn({ message: describeDiagnostic(warning), loc: placeOf(warning), id: warning.file });
}

/** Never `this.load`: two modules that import each other would wait for one another. */
export const resolveIn = (context: PluginContext) => async (specifier: string, importer: string) => {
  const found = await context.resolve(specifier, importer, { skipSelf: true });
  return !found || found.external ? undefined : found.id;
};

const reportsIn = (context: PluginContext): LocatedReport[] =>
  [...context.getModuleIds()].flatMap((id) => context.getModuleInfo(id)?.meta["cachet"] ?? []);
