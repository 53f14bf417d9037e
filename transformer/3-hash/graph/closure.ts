import type { HashWarning, Topic } from "../../types.ts";
import { callsCachet, marksWithTags } from "./cachet-calls.ts";
import { changeableNames } from "./changeable.ts";
import { findComponents, hashComponent } from "./components.ts";
import type { LookupPath } from "./lookup-path.ts";
import type { Closure, Component, GraphNode, Session } from "./model.ts";
import { openNames } from "./overridable.ts";
import { isOwnCode } from "./own-code.ts";
import { keyOfWarning } from "./warnings.ts";

/** Hashes everything that the given nodes reach, group by group; all of it must have been expanded. */
export function hashComponents({ hashes, components }: Session, roots: readonly GraphNode[]): void {
  for (const members of findComponents(roots, hashes)) {
    hashComponent(members, hashes);
    const next = new Set<Component>();
    for (const { edges } of members) {
      for (const { target } of edges) {
        const component = typeof target === "string" ? undefined : components.get(target);
        if (component) next.add(component);
      }
    }
    const component: Component = { members, next: [...next] };
    for (const member of members) components.set(member, component);
  }
}

/** What nodes of closed groups reach. Asked for by each cached function of a group, so one answer serves all. */
export function closureOf(session: Session, roots: readonly GraphNode[]): Closure {
  const { components, closures } = session;
  const starts = new Set(roots.map((graphNode) => components.get(graphNode) as Component));
  const [only] = starts;
  if (starts.size !== 1 || !only) return collect(session, starts);
  const known = closures.get(only);
  if (known) return known;
  const closure = collect(session, starts);
  closures.set(only, closure);
  return closure;
}

function collect({ context: { api } }: Session, starts: Iterable<Component>): Closure {
  const files = new Set<string>();
  const env = new Set<string>();
  const warnings: HashWarning[] = [];
  const changeable = new Set<string>();
  const classes: GraphNode[] = [];
  let fetches = false;
  let isOwn = true;
  const seen = new Set<LookupPath>();
  const speaksOf = new Set<Topic>();
  const reached = new Set(starts);
  let usesTags = false;
  for (const { members, next } of reached) {
    for (const graphNode of members) {
      files.add(graphNode.module.file);
      fetches ||= mayFetch(graphNode);
      isOwn &&= isOwnCode(api, graphNode);
      if (MAY_BE_CLASS.has(graphNode.kind)) classes.push(graphNode);
      for (const lookupPath of graphNode.lookupPaths) walkBack(lookupPath, seen, files);
      for (const name of graphNode.env) env.add(name);
      for (const name of changeableNames(api, graphNode)) changeable.add(name);
      for (const name of openNames(api, graphNode)) changeable.add(name);
      warnings.push(...graphNode.warnings);
      for (const topic of graphNode.speaksOf) speaksOf.add(topic);
      usesTags ||= callsCachet(graphNode, "cacheTag") || marksWithTags(graphNode);
    }
    for (const component of next) reached.add(component);
  }
  warnings.push(...unnamedFiles(starts));
  const found = oncePerSubject(warnings.sort(byPlace));
  return {
    files: [...files].sort(),
    env: [...env].sort(),
    warnings: found,
    changeable: [...changeable].sort(),
    usesTags,
    classes,
    fetches,
    isOwn,
    speaksOf: [...speaksOf],
  };
}

/** About files that are read where nothing on the way there calls `dependsOn`: code that does sees to what it reaches, too. */
function unnamedFiles(starts: Iterable<Component>): HashWarning[] {
  const reached = new Set(starts);
  const warnings: HashWarning[] = [];
  for (const { members, next } of reached) {
    const unnamed = members.filter((graphNode) => !callsCachet(graphNode, "dependsOn"));
    for (const { fileWarnings } of unnamed) warnings.push(...fileWarnings);
    if (unnamed.length > 0) for (const component of next) reached.add(component);
  }
  return warnings;
}

const FETCHING: ReadonlySet<string> = new Set(["fetch", "Response", "Request"]);
const known = new WeakMap<GraphNode, boolean>();

/** Whether code names what makes a Response or a Request, or a package, which may hand out one. */
function mayFetch(graphNode: GraphNode): boolean {
  const answer =
    known.get(graphNode) ??
    graphNode.edges.some(({ label, target }) =>
      typeof target === "string" ? target.startsWith("package ") || FETCHING.has(label) : false,
    );
  known.set(graphNode, answer);
  return answer;
}

const MAY_BE_CLASS: ReadonlySet<string> = new Set(["class", "value", "module"]);

/** Of several warnings about one thing the first. */
export function oncePerSubject(warnings: readonly HashWarning[]): HashWarning[] {
  const bySubject = new Map<string, HashWarning>();
  for (const warning of warnings) {
    const key = keyOfWarning(warning);
    if (!bySubject.has(key)) bySubject.set(key, warning);
  }
  return [...bySubject.values()];
}

/** The files of lookup paths. */
export function filesOf(lookupPaths: Iterable<LookupPath>): string[] {
  const seen = new Set<LookupPath>();
  const files = new Set<string>();
  for (const lookupPath of lookupPaths) walkBack(lookupPath, seen, files);
  return [...files];
}

function walkBack(from: LookupPath, seen: Set<LookupPath>, files: Set<string>): void {
  for (
    let lookupPath: LookupPath | undefined = from;
    lookupPath && !seen.has(lookupPath);
    lookupPath = lookupPath.before
  ) {
    seen.add(lookupPath);
    if (lookupPath.file !== undefined) files.add(lookupPath.file);
  }
}

function byPlace(one: HashWarning, other: HashWarning): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.start - other.start || (one.code < other.code ? -1 : 1);
}
