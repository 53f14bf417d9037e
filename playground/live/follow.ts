import { findHashChanges, type HashChange } from "#hash-diff";
import type { CompiledFile } from "./compile.ts";
import { FOLDER } from "./folder.ts";

type Report = CompiledFile["functions"][number];

/** A cached function, and what changed its code hash last while it was written. */
export interface Followed {
  report: Report & { file: string };
  changes: readonly HashChange[] | undefined;
}

/** The functions of a result. Those with another code hash than before get to know which declaration is to blame. */
export function follow(before: readonly Followed[], compiled: readonly CompiledFile[]): Followed[] {
  const shorten = (file: string) => file.replace(FOLDER, "");
  return compiled.flatMap(({ name, functions }) =>
    functions.map((fn): Followed => {
      const report = { ...fn, file: FOLDER + name };
      const earlier = before.find((other) => other.report.id === fn.id)?.report;
      if (earlier === undefined || earlier.hash === fn.hash) return { report, changes: undefined };
      return { report, changes: findHashChanges({ fn: earlier, shorten }, { fn: report, shorten }) };
    }),
  );
}
