import type { CoveredDeclaration, CoveredFunction } from "../../../editor/covered-function.ts";

export interface Branch {
  node: CoveredDeclaration;
  branches: Branch[];
  /** Its branches were drawn further up. */
  isRepeated: boolean;
}

/** Each thing with what it uses once, later only by name, as `cachet explain` draws it. */
export function branchesOf({ nodes, kind, name }: CoveredFunction): Branch[] {
  const drawn = new Set<number>();
  const draw = (index: number): Branch[] => {
    const node = nodes[index];
    if (node === undefined) return [];
    const isRepeated = drawn.has(index);
    drawn.add(index);
    return [
      { node, branches: isRepeated ? [] : node.uses.flatMap(draw), isRepeated: isRepeated && node.uses.length > 0 },
    ];
  };
  const branches = nodes.flatMap((_, index) => (drawn.has(index) ? [] : draw(index)));
  return branches.length > 0
    ? branches
    : [{ node: { kind, name, uses: [], note: "Only its own code counts." }, branches: [], isRepeated: false }];
}

/** The function that a place of a file belongs to: the last one that begins before it. */
export function functionAt(functions: readonly CoveredFunction[], line: number): CoveredFunction | undefined {
  const begins = ({ nodes }: CoveredFunction) => nodes[0]?.line ?? 0;
  return functions.filter((fn) => begins(fn) <= line).at(-1) ?? functions[0];
}
