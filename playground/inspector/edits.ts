import { inspect } from "cachet/inspect";
import type { ChangedFunction } from "cachet/vite";
import type { UpdatePayload } from "vite/types/hmrPayload.js";
import type { ViteHotContext } from "vite/types/hot.js";
import { Observable } from "../app/observable.ts";

/** What one edit did while the page was open. */
export interface Edit {
  number: number;
  /** Modules that were loaded again; none where the page was not open yet when the code changed. */
  modules: readonly string[];
  /** What went cold, with the entries it had. */
  cold: readonly (ChangedFunction & { entries: number })[];
  /** Live resources that the edit did not concern. */
  stayed: readonly Held[];
}

interface Held {
  id: string;
  name: string;
  kind: "data" | "resource";
  entries: number;
}

const MOST_EDITS = 20;

/** Listens to the dev server: it knows which functions have another code hash, the page which entries there were. */
export function followEdits(hot: ViteHotContext | undefined): Observable<readonly Edit[]> {
  const edits = new Observable<readonly Edit[]>([]);
  if (hot === undefined) return edits;
  let before: readonly Held[] = [];
  hot.on("vite:beforeUpdate", (payload) => {
    const modules = modulesOf(payload);
    if (modules.length === 0) return;
    before = held();
    const number = (edits.value[0]?.number ?? 0) + 1;
    edits.set([{ number, modules, cold: [], stayed: liveOf(before, []) }, ...edits.value.slice(0, MOST_EDITS - 1)]);
  });
  // Comes once for each module with marks that the page asks for again, in the course of the update.
  hot.on("cachet:changed", (changed: readonly ChangedFunction[]) => {
    const [last = { number: 1, modules: [], cold: [], stayed: [] }, ...others] = edits.value;
    const more = changed.map((fn) => ({ ...fn, entries: before.find(({ id }) => id === fn.id)?.entries ?? 0 }));
    const cold = [...last.cold, ...more];
    edits.set([{ ...last, cold, stayed: liveOf(before, cold) }, ...others]);
  });
  return edits;
}

/** The change that gave a function the code hash it has now, if this page was told. */
export function findChange(edits: readonly Edit[], id: string, after: string): ChangedFunction | undefined {
  for (const { cold } of edits) {
    const found = cold.find((fn) => fn.id === id && fn.after === after);
    if (found) return found;
  }
  return undefined;
}

/** `function scale (src/helper.ts:3)`, with what happened to it where it was not simply changed. */
export function describeCulprits({ culprits }: ChangedFunction): string {
  return culprits
    .map(({ kind, name, change, place }) => {
      const where = place === undefined ? "" : ` (${place})`;
      return `${kind} ${name}${where}${change === "changed" ? "" : ` was ${change}`}`;
    })
    .join(", ");
}

function modulesOf({ updates }: UpdatePayload): string[] {
  const paths = updates.filter(({ type }) => type === "js-update").map(({ acceptedPath }) => acceptedPath);
  return [...new Set(paths)];
}

function held(): Held[] {
  return inspect()
    .filter(({ isCurrent }) => isCurrent)
    .map(({ id, name, kind, entries }) => ({ id, name, kind, entries }));
}

function liveOf(before: readonly Held[], cold: readonly { id: string }[]): Held[] {
  return before.filter(
    ({ id, kind, entries }) => kind === "resource" && entries > 0 && !cold.some((other) => other.id === id),
  );
}
