import type { Entry } from "../call/entry.ts";
import type { Table } from "../call/entry-table.ts";
import type { Run } from "../call/in-flight.ts";
import { encodeParts } from "../key/key.ts";
import { type Log, type Recording, recordingOf, type Shown, type Step, showAgain } from "./recording.ts";
import type { Walk } from "./replayer.ts";

/**
 * What a call with widgets showed up to the next value it read. Which widgets it reads can depend on the values of
 * earlier ones, so the values form a tree, and no value read makes an older result unreachable.
 */
interface Branch {
  /** The last of them is the widget. */
  steps: Log;
  next: Map<string, Branch | "end">;
}

const NO_LABELS = { name: "", parts: [] };

/** The trees of a table, by the call's own key. */
const trees = new WeakMap<Table, Map<string, Branch>>();

/** A walk with the functions whose results it holds. */
interface ShownWalk extends Walk {
  shown: Shown[];
}

/** Reads the widgets that calls with this key have read before, showing what was shown before each. */
export function walk(table: Table, key: string): Walk {
  const values: string[] = [];
  const found: ShownWalk = { key, place: key, isKnown: false, results: [], shown: [] };
  let branch: Branch | "end" | undefined = trees.get(table)?.get(key);
  while (branch !== undefined && branch !== "end") {
    for (const step of branch.steps) {
      found.results.push(showAgain(step, found.results));
      found.shown.push(step.shown);
    }
    const value = encodeValue(found.results.at(-1));
    values.push(value);
    branch = branch.next.get(value);
  }
  return Object.assign(found, { place: placeAt(key, values), isKnown: branch === "end" });
}

/** Lets a run begin where a walk ended. */
export function begin(run: Run, { key, results, shown }: Walk & { shown?: Shown[] }): void {
  const recording = recordingOf(run);
  recording.key = key;
  recording.prefix = (shown ?? []).map((each, i) => ({ shown: each, result: results[i] }));
}

/** Notes which widgets a run has read, in which order, and gives the place of its entry. */
export function placeOf(run: Run): string | undefined {
  const recording = recordingOf(run);
  const { key } = recording;
  const { table } = run.entry;
  if (key === undefined || recording.inputs.size === 0) return undefined;
  const widgets = [...recording.inputs].sort(([a], [b]) => a - b);
  const values = widgets.map(([, value]) => encodeValue(value));
  let branches = trees.get(table);
  if (!branches) trees.set(table, (branches = new Map()));
  let branch: Branch | undefined;
  let from = 0;
  widgets.forEach(([at], index) => {
    const made = branchFor(recording, branch, branches, key, values[index - 1], from, at);
    from = at + 1;
    branch = made;
  });
  branch?.next.set(values.at(-1) as string, "end");
  return placeAt(key, values);
}

function branchFor(
  recording: Recording,
  parent: Branch | undefined,
  roots: Map<string, Branch>,
  key: string,
  value: string | undefined,
  from: number,
  at: number,
): Branch {
  const known = parent ? parent.next.get(value as string) : roots.get(key);
  const steps: Step[] = recording.steps.slice(from, at + 1);
  if (known !== undefined && known !== "end" && sameFunctions(known.steps, steps)) return known;
  const branch: Branch = { steps, next: new Map() };
  if (parent) parent.next.set(value as string, branch);
  else roots.set(key, branch);
  return branch;
}

function sameFunctions(a: Log, b: Log): boolean {
  return a.length === b.length && a.every((step, i) => step.shown === b[i]?.shown);
}

/** Every entry that a call with this key has, whatever its widgets gave. */
export function variants(table: Table, key: string): Entry[] {
  const found: Entry[] = [];
  const visit = (branch: Branch, values: string[]): void => {
    for (const [value, next] of branch.next) {
      if (next !== "end") visit(next, [...values, value]);
      const entry = next === "end" ? table.at(placeAt(key, [...values, value])) : undefined;
      if (entry) found.push(entry);
    }
  };
  const root = trees.get(table)?.get(key);
  if (root) visit(root, []);
  return found;
}

/** The key of the values read, behind the call's own. */
function placeAt(key: string, values: readonly string[]): string {
  return values.length === 0 ? key : `${key}widgets${encodeParts(values, NO_LABELS)}`;
}

function encodeValue(value: unknown): string {
  return encodeParts([value], { name: "widget", parts: ["value"] });
}
