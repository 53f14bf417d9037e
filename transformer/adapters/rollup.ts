import type { Plugin } from "rollup";
import { describeDiagnostic } from "../diagnostics.ts";
import { DroppedMarkSearch } from "../engine/dropped-mark-search.ts";
import { createFileFilter } from "../engine/file-filter.ts";
import { placeOf } from "../engine/reporting.ts";
import type { WatchedPlugin } from "../engine/rewritings.ts";
import { type CachetOptions, createPlugin } from "./rollup-hooks.ts";

export type { CachetOptions } from "./rollup-hooks.ts";

/**
 * The plugin for Rollup and everything that speaks its hooks (Rolldown, tsdown, unbuild, Nitro): `plugins: [cachet()]`,
 * before any plugin that strips types. Wrong marks fail the build at their place in the comment.
 */
export default function cachet(options: CachetOptions = {}): Plugin {
  const accepts = createFileFilter(options);
  const droppedMarks = new DroppedMarkSearch();
  let mayLose = false;
  const { plugin, rewritings } = createPlugin(options, {
    tool: "rollup",
    freshness: "told",
    onSource: (id, code) => mayLose && droppedMarks.noteSeen(id, code),
  });
  return {
    ...plugin,
    // Rolldown takes the hooks as they are now, Rollup as they are when it calls them.
    options(input) {
      rewritings.watch(pluginsIn(input.plugins));
    },
    buildStart(input) {
      rewritings.watch(input?.plugins ?? []);
      mayLose = input?.plugins?.some(({ name, load }) => name !== plugin.name && load !== undefined) ?? false;
      (plugin.buildStart as () => void)();
    },
    // Handed the modules of an earlier build, Rollup compares a file's own text and nothing that its hashes cover; where
    // it watches, it compares the watched files as well.
    shouldTransformCachedModule({ meta }) {
      return meta["cachet"] !== undefined && !this.meta.watchMode ? true : null;
    },
    moduleParsed({ id, code, meta }) {
      if (!mayLose || !accepts(id)) return;
      const lost = droppedMarks.find({ id, code, cached: (meta["cachet"] as unknown[] | undefined)?.length });
      if (lost) this.error({ message: describeDiagnostic(lost), id, loc: placeOf(lost) });
    },
  };
}

/** Plugins may be given in lists within lists, and as nothing. */
const pluginsIn = (given: unknown): WatchedPlugin[] =>
  Array.isArray(given)
    ? given.flatMap(pluginsIn)
    : typeof given === "object" && given !== null && "name" in given
      ? [given as WatchedPlugin]
      : [];
