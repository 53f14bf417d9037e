// What the inspector needs besides `cachet/inspect`, as the playground has it. In the panel's bundle another module stands
// for this one (`panel/remote-source.ts`).
import { type InspectedFunction, inspect } from "cachet/inspect";
import type { ChangedFunction } from "cachet/vite";
import type { UpdatePayload } from "vite/types/hmrPayload.js";
import type { CoveredNode } from "./panel/protocol.ts";

/** Tells of edits of the code while the inspector is open. */
export interface EditSource {
  /** @param begin hears of the modules of an edit that are loaded again, before they are, or long after */
  follow(
    begin: (modules: readonly string[], isEarlier?: boolean) => void,
    changed: (functions: readonly ChangedFunction[]) => void,
  ): void;
}

const hot = import.meta.hot;

/** There with a dev server: it knows which functions have another code hash. */
export const editSource: EditSource | undefined = hot && {
  follow(begin, changed) {
    hot.on("vite:beforeUpdate", (payload) => {
      const modules = modulesOf(payload);
      if (modules.length > 0) begin(modules);
    });
    // Comes once for each module with marks that the page asks for again, in the course of the update.
    hot.on("cachet:changed", changed);
  },
};

function modulesOf({ updates }: UpdatePayload): string[] {
  const paths = updates.filter(({ type }) => type === "js-update").map(({ acceptedPath }) => acceptedPath);
  return [...new Set(paths)];
}

/** What the code hash of a function covers; absent where nobody can tell. The playground has a page for that. */
export const coversOf: ((fn: InspectedFunction) => Promise<readonly CoveredNode[] | undefined>) | undefined = undefined;

/** Ends the time to live of every entry of a kind. */
export function expireKind(kind: "data" | "resource"): void {
  for (const fn of inspect()) if (fn.kind === kind) void fn.expire();
}
