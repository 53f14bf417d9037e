import type { HashWarning } from "../../types.ts";
import type { Session } from "./build-session.ts";
import { findComponents, hashComponent } from "./components.ts";
import type { Trail } from "./lookup-path.ts";
import type { Unit } from "./nodes.ts";

/** Units that reach each other, or a single one: whoever reaches one of them reaches what all of them do. */
export interface Group {
  members: readonly Unit[];
  /** Those that its members use, the group itself aside. */
  next: readonly Group[];
}

/** What some units reach, sorted. */
export interface Reach {
  /** Files that they lie in or that were looked at on the way to them. */
  files: readonly string[];
  env: readonly string[];
  warnings: readonly HashWarning[];
}

/** Hashes everything that the given units reach, group by group; all of it must have been expanded. */
export function closeGroups({ hashes, groups }: Session, roots: readonly Unit[]): void {
  for (const members of findComponents(roots, hashes)) {
    hashComponent(members, hashes);
    const next = new Set<Group>();
    for (const { edges } of members) {
      for (const { target } of edges) {
        const group = typeof target === "string" ? undefined : groups.get(target);
        if (group) next.add(group);
      }
    }
    const group: Group = { members, next: [...next] };
    for (const member of members) groups.set(member, group);
  }
}

/** What units of closed groups reach. Asked for by each cached function of a group, so one answer serves all. */
export function reachOf({ groups, reaches }: Session, roots: readonly Unit[]): Reach {
  const starts = new Set(roots.map((unit) => groups.get(unit) as Group));
  const [only] = starts;
  if (starts.size !== 1 || !only) return collect(starts);
  const known = reaches.get(only);
  if (known) return known;
  const reach = collect(starts);
  reaches.set(only, reach);
  return reach;
}

function collect(starts: Iterable<Group>): Reach {
  const files = new Set<string>();
  const env = new Set<string>();
  const warnings = new Map<string, HashWarning>();
  const seen = new Set<Trail>();
  const reached = new Set(starts);
  for (const { members, next } of reached) {
    for (const unit of members) {
      files.add(unit.module.file);
      for (const trail of unit.trails) walkBack(trail, seen, files);
      for (const name of unit.env) env.add(name);
      for (const warning of unit.warnings) warnings.set(`${warning.code} ${warning.file} ${warning.start}`, warning);
    }
    for (const group of next) reached.add(group);
  }
  return { files: [...files].sort(), env: [...env].sort(), warnings: [...warnings.values()].sort(byPlace) };
}

function walkBack(from: Trail, seen: Set<Trail>, files: Set<string>): void {
  for (let trail: Trail | undefined = from; trail && !seen.has(trail); trail = trail.before) {
    seen.add(trail);
    if (trail.file !== undefined) files.add(trail.file);
  }
}

function byPlace(one: HashWarning, other: HashWarning): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.start - other.start || (one.code < other.code ? -1 : 1);
}
