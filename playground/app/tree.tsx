import type { ComponentChildren } from "preact";

interface TreeProps<T> {
  nodes: readonly T[];
  label: string;
  /** What a node shows; `isRepeated` where what it uses stands above. */
  line(node: T, index: number, isRepeated: boolean): ComponentChildren;
}

/** Each thing with what it uses once, later only by name. */
export function Tree<T extends { uses: readonly number[] }>({ nodes, label, line }: TreeProps<T>) {
  const drawn = new Set<number>();
  const draw = (index: number) => {
    const node = nodes[index];
    if (node === undefined) return null;
    const hasMore = node.uses.length > 0;
    const isRepeated = drawn.has(index) && hasMore;
    const isOpen = hasMore && !isRepeated;
    drawn.add(index);
    return (
      <li key={index}>
        {line(node, index, isRepeated)}
        {isOpen && <ul>{node.uses.map(draw)}</ul>}
      </li>
    );
  };
  return (
    <ul class="tree" aria-label={label}>
      {nodes.map((_, index) => (drawn.has(index) ? null : draw(index)))}
    </ul>
  );
}
