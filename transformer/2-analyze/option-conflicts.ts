import { optionRow } from "../../runtime/options/option-table.ts";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { addOption, makeAsync, tagSpan } from "../fixes.ts";
import type { CachedFunction, SyntaxApi } from "../types.ts";
import type { Analysis } from "./context.ts";

type Candidate = Pick<CachedFunction, "mark" | "node" | "options" | "isAsync" | "isGenerator" | "receiver">;

/** Options that are right one by one and wrong together, or wrong where this build will run. */
export function checkCombinations({ api, source, diagnostics }: Analysis, candidate: Candidate): void {
  const { mark, options, receiver } = candidate;
  if (mark.kind === "clears" && options.places.size === 0) {
    const message = `\`${mark.tag}\` says nothing to clear.`;
    diagnostics.add(DIAGNOSTICS.malformedOptions(tagSpan(mark), message, `${mark.tag}({ functions: [load] })`));
  }
  const isDynamic = (option: string) => options.dynamic.some(({ name }) => name === option);
  const persist = options.static["persist"] || isDynamic("persist");
  if (persist && receiver === "identity") {
    const fixes = ['this: "value"', 'this: "ignore"'].map((option) => addOption(mark, option));
    diagnostics.add(DIAGNOSTICS.persistByIdentity(tagSpan(mark), fixes));
  }
  /** Without those that are wrong by themselves. */
  const read = [...options.places].filter(([name]) => name in options.static || isDynamic(name));
  for (const [name, place] of read) {
    const excluded = optionRow(name)?.excludes?.(options.static[name]);
    if (excluded !== undefined && options.places.has(excluded))
      diagnostics.add(DIAGNOSTICS.optionExcluded(place, excluded, name));
    const needed = optionRow(name)?.requires?.(options.static[name]);
    if (needed !== undefined && !options.places.has(needed))
      diagnostics.add(
        DIAGNOSTICS.optionMissing(place, name, needed, addOption(mark, `${needed}: ${exampleOf(needed)}`)),
      );
  }
  if (isDynamic("scope") && persist) diagnostics.add(DIAGNOSTICS.persistInScope(tagSpan(mark)));
  for (const [name, place] of candidate.isGenerator ? read : []) {
    const why = optionRow(name)?.refusesStreams?.(options.static[name]);
    if (why !== undefined) diagnostics.add(DIAGNOSTICS.notForStreams(place, name, why));
  }
  if (mayReturnPromise(api, candidate)) return;
  for (const [name, place] of read) {
    const what = optionRow(name)?.awaits?.(options.static[name]);
    if (what !== undefined) diagnostics.add(DIAGNOSTICS.needsAsync(place, name, what, makeAsync(api, candidate.node)));
  }
  if (options.asyncValidate)
    diagnostics.add(DIAGNOSTICS.asyncValidate(options.asyncValidate, makeAsync(api, candidate.node)));
  if (source.platform === "browser" && [true, "disk"].includes(options.static["persist"] as boolean))
    diagnostics.add(DIAGNOSTICS.syncPersistInBrowser(tagSpan(mark), makeAsync(api, candidate.node)));
}

const exampleOf = (name: string): string => optionRow(name)?.example ?? "…";

/** Whether the declared type of what a function returns is a promise. */
export const declaresPromise = ({ type }: Candidate["node"]): boolean =>
  type !== undefined && /^Promise(?:Like)?\b/.test(type.getText());

/** Whether callers may be handed a promise: `async`, declared so, or not told. */
function mayReturnPromise(api: SyntaxApi, { node, isAsync }: Candidate): boolean {
  if (isAsync) return true;
  if (node.type) return declaresPromise(node);
  return !api.isBlock(node.body as NonNullable<typeof node.body>);
}
