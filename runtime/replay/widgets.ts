import type { Entry, EntryTable, Run } from "../call/types.ts";
import type { WidgetLookup } from "../features.ts";
import { encodeParts } from "../key/encode-parts.ts";
import { stringBytes } from "../snapshot/memory-cost.ts";
import {
  type Log,
  type ReplayableFunction,
  type ReplayRecording,
  type ReplayStep,
  recordingOf,
  showAgain,
} from "./recording.ts";

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
interface Trees {
  readonly roots: Map<string, Branch>;
  /** Branches since those were last looked for that lead nowhere any more, and how many were left then. */
  made: number;
  left: number;
}

const trees = new WeakMap<EntryTable, Trees>();

/** A lookup with the functions whose results it holds. */
export interface ReplayedLookup extends WidgetLookup {
  functions: ReplayableFunction[];
  /** What the widgets gave. */
  values: string[];
  /** Where the last of them was read. */
  last: Branch | undefined;
  /** True where nothing is known of how it goes on. */
  isOpen: boolean;
}

/** Reads the widgets that calls with this key have read before, showing what was shown before each. */
export function lookUp(table: EntryTable, callKey: string): ReplayedLookup {
  const found = { callKey, key: callKey, results: [], functions: [], values: [], last: undefined, isOpen: true };
  return goOn(found, trees.get(table)?.roots.get(callKey));
}

function goOn(found: ReplayedLookup, from: Branch | "end" | undefined): ReplayedLookup {
  let branch = from;
  while (branch !== undefined && branch !== "end") {
    for (const step of branch.steps) {
      found.results.push(showAgain(step, found.results));
      found.functions.push(step.function);
    }
    const value = widgetKey(found.results.at(-1));
    found.values.push(value);
    found.last = branch;
    branch = branch.next.get(value);
  }
  found.key = keyAt(found.callKey, found.values);
  found.isOpen = branch === undefined;
  return found;
}

/** Lets a lookup go on as a store says that other processes have. */
export function extend(table: EntryTable, found: ReplayedLookup, steps: Log): ReplayedLookup {
  const branch: Branch = { steps, next: new Map() };
  if (found.last === undefined) treesOf(table).roots.set(found.callKey, branch);
  else found.last.next.set(found.values.at(-1) as string, branch);
  return goOn(found, branch);
}

/** Few enough that what leads nowhere is nothing beside the rest. */
const FEW = 32;

/** The trees that one more branch is to grow on. */
function treesOf(table: EntryTable): Trees {
  let known = trees.get(table);
  if (known === undefined) trees.set(table, (known = { roots: new Map(), made: 0, left: 0 }));
  if (++known.made > Math.max(FEW, known.left)) pruneWays(table, known);
  return known;
}

/** Removes what leads to no entry: entries are evicted, cleared and expire. What a store still has is read from it again. */
function pruneWays(table: EntryTable, known: Trees): void {
  known.made = known.left = 0;
  const leads = (key: string, branch: Branch, values: string[]): boolean => {
    for (const [value, next] of branch.next) {
      const path = [...values, value];
      const isAlive = next === "end" ? table.at(keyAt(key, path)) !== undefined : leads(key, next, path);
      if (!isAlive) branch.next.delete(value);
    }
    known.left += branch.next.size;
    return branch.next.size > 0;
  };
  for (const [key, root] of known.roots) if (!leads(key, root, [])) known.roots.delete(key);
}

/** Lets a run begin where a lookup ended. */
export function beginAfterLookup(
  run: Run,
  { callKey, results, functions }: WidgetLookup & { functions?: ReplayableFunction[] },
): void {
  const recording = recordingOf(run);
  run.shown = results;
  recording.callKey = callKey;
  recording.prefix = (functions ?? []).map((each, i) => ({ function: each, result: results[i] }));
}

/** Where a run's entry belongs, and the path there: what was shown up to each widget, by the key before that was read. */
export interface WidgetPath {
  key: string;
  branches: (readonly [key: string, steps: Log])[];
  /** What the tree has grown by in memory, estimated. */
  bytes: number;
}

/** A branch with room for a few values, without its steps. */
const BRANCH_BYTES = 750;

/** Notes which widgets a run has read, in which order; nothing if it has read none. */
export function widgetPathOf(run: Run): WidgetPath | undefined {
  const recording = recordingOf(run);
  const { callKey: key } = recording;
  const { table } = run.entry;
  if (key === undefined || recording.inputs.size === 0) return undefined;
  const widgets = [...recording.inputs].sort(([a], [b]) => a - b);
  const values = widgets.map(([, value]) => widgetKey(value));
  const { roots } = treesOf(table);
  const branches: WidgetPath["branches"] = [];
  let branch: Branch | undefined;
  let bytes = 0;
  let from = 0;
  widgets.forEach(([at], index) => {
    const parent = branch?.next ?? roots;
    const value = values[index - 1] ?? key;
    const known = parent.get(value);
    branch = branchFor(recording, known, from, at);
    parent.set(value, branch);
    if (branch !== known) bytes += BRANCH_BYTES + stringBytes(value);
    branches.push([branchKey(keyAt(key, values.slice(0, index))), branch.steps]);
    from = at + 1;
  });
  branch?.next.set(values.at(-1) as string, "end");
  return { key: keyAt(key, values), branches, bytes };
}

/** The branch that is there, if it still shows the same. */
function branchFor(recording: ReplayRecording, known: Branch | "end" | undefined, from: number, at: number): Branch {
  const steps: ReplayStep[] = recording.steps.slice(from, at + 1);
  if (known !== undefined && known !== "end" && sameFunctions(known.steps, steps)) return known;
  return { steps, next: new Map() };
}

function sameFunctions(a: Log, b: Log): boolean {
  return a.length === b.length && a.every((step, i) => step.function === b[i]?.function);
}

/** Every entry that a call with this key has, whatever its widgets gave. */
export function variants(table: EntryTable, key: string): Entry[] {
  const found: Entry[] = [];
  const visit = (branch: Branch, values: string[]): void => {
    for (const [value, next] of branch.next) {
      if (next !== "end") visit(next, [...values, value]);
      const entry = next === "end" ? table.at(keyAt(key, [...values, value])) : undefined;
      if (entry) found.push(entry);
    }
  };
  const root = trees.get(table)?.roots.get(key);
  if (root) visit(root, []);
  return found;
}

/** Where a store has what is shown up to the next widget. */
export const branchKey = (key: string): string => `${key}branch`;

/** The key of the values read, behind the call's own. */
function keyAt(key: string, values: readonly string[]): string {
  return values.length === 0 ? key : `${key}widgets${encodeParts(values, NO_LABELS)}`;
}

function widgetKey(value: unknown): string {
  return encodeParts([value], { name: "widget", parts: ["value"] });
}
