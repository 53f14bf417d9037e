import { digest } from "../normal-form/digest.ts";

/** A node of a graph of code: its own text, and labelled edges to others or to plain texts. */
export interface Vertex {
  own: string;
  edges: readonly { label: string; target: Vertex | string }[];
}

interface Hashes {
  get(vertex: Vertex): string | undefined;
  has(vertex: Vertex): boolean;
  set(vertex: Vertex, hash: string): unknown;
}

/**
 * Gives the members of a component a hash of all they reach; what they reach outside it has one already. Code that
 * reaches itself through others forms a component: its members are told apart by refining their texts with their
 * neighbours' until nothing more splits, so the result is the same wherever one enters and whatever the order of files.
 */
export function hashComponent(component: readonly Vertex[], hashes: Hashes): void {
  const [only] = component;
  if (component.length === 1 && only && !only.edges.some(({ target }) => target === only)) {
    hashes.set(
      only,
      combine(only, (target) => hashes.get(target) ?? ""),
    );
    return;
  }
  const members = new Set(component);
  let colors = refine(component, members, hashes, () => "");
  for (let classes = 0; classes < countOf(colors); ) {
    classes = countOf(colors);
    const before = colors;
    colors = refine(component, members, hashes, (vertex) => before.get(vertex) ?? "");
  }
  const whole = digest([...new Set(colors.values())].sort().join("\n"));
  for (const vertex of component) hashes.set(vertex, digest(`${colors.get(vertex)} in ${whole}`));
}

function refine(
  component: readonly Vertex[],
  members: ReadonlySet<Vertex>,
  hashes: Hashes,
  colorOf: (vertex: Vertex) => string,
): Map<Vertex, string> {
  const hashOf = (target: Vertex) => (members.has(target) ? `member ${colorOf(target)}` : (hashes.get(target) ?? ""));
  return new Map(component.map((vertex) => [vertex, combine(vertex, hashOf)]));
}

function countOf(colors: ReadonlyMap<Vertex, string>): number {
  return new Set(colors.values()).size;
}

/** The edges as a set: how often and in which order a name is used is in the text already. */
function combine(vertex: Vertex, hashOf: (target: Vertex) => string): string {
  const lines = vertex.edges.map(({ label, target }) =>
    JSON.stringify(typeof target === "string" ? [label, "is", target] : [label, "hash", hashOf(target)]),
  );
  return digest(`${vertex.own}\n${[...new Set(lines)].sort().join("\n")}`);
}

interface Visit<T> {
  vertex: T;
  next: number;
}

/**
 * Tarjan's strongly connected components, each after those it reaches; with a stack of its own for long chains. What
 * has a hash already is left out, with all that it reaches. Vertices of a kind have edges to that kind only.
 */
export function findComponents<T extends Vertex>(vertices: readonly T[], known: Pick<Hashes, "has">): T[][] {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const components: T[][] = [];

  function enter(vertex: T, visits: Visit<T>[]): void {
    index.set(vertex, index.size);
    low.set(vertex, index.size - 1);
    open.push(vertex);
    isOpen.add(vertex);
    visits.push({ vertex, next: 0 });
  }

  function lower(vertex: T, to: number): void {
    low.set(vertex, Math.min(low.get(vertex) ?? to, to));
  }

  function leave(vertex: T): void {
    if (low.get(vertex) !== index.get(vertex)) return;
    const component: T[] = [];
    for (let member = open.pop(); member; member = open.pop()) {
      isOpen.delete(member);
      component.push(member);
      if (member === vertex) break;
    }
    components.push(component);
  }

  for (const root of vertices) {
    if (index.has(root) || known.has(root)) continue;
    const visits: Visit<T>[] = [];
    enter(root, visits);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { vertex } = visit;
      const target = vertex.edges[visit.next++]?.target as T | string | undefined;
      if (visit.next > vertex.edges.length) {
        visits.pop();
        leave(vertex);
        const above = visits.at(-1);
        if (above) lower(above.vertex, low.get(vertex) ?? 0);
      } else if (typeof target === "object" && !known.has(target)) {
        if (!index.has(target)) enter(target, visits);
        else if (isOpen.has(target)) lower(vertex, index.get(target) ?? 0);
      }
    }
  }
  return components;
}
