import { inspect } from "cachet/inspect";
import type { ChangedFunction } from "cachet/vite";
import { Observable } from "../app/observable.ts";
import type { EditSource } from "./beside.ts";

/** What one edit did while the page was open. */
export interface Edit {
  number: number;
  /** Modules that were loaded again; none where the page was not open yet when the code changed. */
  modules: readonly string[];
  /** What went cold, with the entries it had; nobody has seen those where the edit was made earlier. */
  cold: readonly (ChangedFunction & { entries: number | undefined })[];
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

/** Listens to a dev server, which knows what has another code hash; which entries there were is known here. */
export function followEdits(source: EditSource | undefined): Observable<readonly Edit[]> {
  const edits = new Observable<readonly Edit[]>([]);
  let before: readonly Held[] | undefined;
  source?.follow(
    (modules, isEarlier = false) => {
      before = isEarlier ? undefined : held();
      const number = (edits.value[0]?.number ?? 0) + 1;
      edits.set([{ number, modules, cold: [], stayed: liveOf(before) }, ...edits.value.slice(0, MOST_EDITS - 1)]);
    },
    (changed) => {
      const [last = { number: 1, modules: [], cold: [], stayed: [] }, ...others] = edits.value;
      const more = changed.map((fn) => ({ ...fn, entries: entriesOf(fn, before) }));
      const cold = [...last.cold, ...more];
      edits.set([{ ...last, cold, stayed: liveOf(before, cold) }, ...others]);
    },
  );
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

function held(): Held[] {
  return inspect()
    .filter(({ isCurrent }) => isCurrent)
    .map(({ id, name, kind, entries }) => ({ id, name, kind, entries }));
}

const entriesOf = ({ id }: ChangedFunction, before: readonly Held[] | undefined): number | undefined =>
  before && (before.find((fn) => fn.id === id)?.entries ?? 0);

function liveOf(before: readonly Held[] = [], cold: readonly { id: string }[] = []): Held[] {
  return before.filter(
    ({ id, kind, entries }) => kind === "resource" && entries > 0 && !cold.some((other) => other.id === id),
  );
}
