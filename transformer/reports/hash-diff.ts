import type { HashNode } from "../types.ts";
import type { LocatedReport } from "./manifest.ts";

/** A declaration, package or asset that made a code hash change. */
export interface HashChange {
  kind: HashNode["kind"];
  name: string;
  change: "changed" | "added" | "removed";
  /** Where it stands now, or stood if it is gone: `src/http.ts:10`. */
  place?: string;
}

/** A function of one state of the sources, with a way to write its paths from the project's root. */
export interface Side {
  fn: LocatedReport;
  shorten: (file: string) => string;
}

/**
 * Finds what changed a function's code hash: the things whose own code differs. Only where all of those are the same
 * (a re-export leads elsewhere) the things that came and went.
 */
export function findHashChanges(before: Side, after: Side): HashChange[] {
  const old = indexTree(before);
  const now = indexTree(after);
  const changed: HashChange[] = [];
  for (const [key, entry] of now) {
    const other = old.get(key);
    if (other && differsItself(other.node, entry.node, old, now)) changed.push(describeChange(other, entry));
  }
  if (changed.length > 0) return changed;
  const came = direct(now, old).map((entry) => describe(entry, "added"));
  const went = direct(old, now).map((entry) => describe(entry, "removed"));
  if (came.length + went.length > 0) return [...went, ...came];
  const { fn, shorten } = after;
  return [{ kind: "function", name: fn.name, change: "changed", place: `${shorten(fn.file)}:${fn.line}` }];
}

interface Entry {
  node: HashNode;
  place: string | undefined;
  /** Keys of what it uses. */
  uses: string[];
}

type Index = Map<string, Entry>;

/** By a key that the same thing has in both states: lines move and versions rise. */
function indexTree({ fn, shorten }: Side): Index {
  const tree = fn.tree ?? [];
  const seen = new Map<string, number>();
  const keys = tree.map((node, position) => {
    const file = node.file === undefined ? "" : shorten(node.file);
    const base = position === 0 ? "the function" : `${node.kind} ${file} ${stableName(node)}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return `${base} ${count}`;
  });
  return new Map(
    tree.map((node, position) => {
      const line = node.line === undefined ? "" : `:${node.line}`;
      const place = node.file === undefined ? undefined : `${shorten(node.file)}${line}`;
      return [keys[position] as string, { node, place, uses: node.uses.map((use) => keys[use] as string) }];
    }),
  );
}

/** `zod@4.1.0#z` → `zod#z`; an asset's name ends with its content's digest. */
function stableName({ kind, name }: HashNode): string {
  if (kind === "package") return name.replace(/(.)@[^#]*/, "$1");
  return kind === "asset" || kind === "other" ? (name.split(": ")[0] as string) : name;
}

function differsItself(one: HashNode, other: HashNode, old: Index, now: Index): boolean {
  if (one.own !== undefined || other.own !== undefined) return one.own !== other.own;
  return one.hash !== other.hash && old.size > 0 && now.size > 0;
}

/** What only the first state has, as far as something that both have uses it. */
function direct(index: Index, other: Index): Entry[] {
  const found = new Set<string>();
  for (const [key, { uses }] of index) {
    if (other.has(key)) for (const use of uses) if (!other.has(use)) found.add(use);
  }
  return [...found].map((key) => index.get(key) as Entry);
}

function describe({ node, place }: Entry, change: HashChange["change"]): HashChange {
  const name = node.kind === "asset" || node.kind === "other" ? stableName(node) : node.name;
  return { kind: node.kind, name, change, ...(place !== undefined && { place }) };
}

function describeChange(before: Entry, after: Entry): HashChange {
  const change = describe(after, "changed");
  if (after.node.kind !== "package") return change;
  return { ...change, name: `${before.node.name} → ${after.node.name}` };
}
