import type { FunctionReport } from "cachet/transformer";
import { FOLDER } from "./folder.ts";

type Node = NonNullable<FunctionReport["tree"]>[number];

/** What a code hash covers, as `cachet explain` draws it: each thing with what it uses once, later only by name. */
export function HashTree({ tree }: { tree: readonly Node[] }) {
  const drawn = new Set<number>();
  const draw = (index: number) => {
    const node = tree[index];
    if (node === undefined) return null;
    const isRepeated = drawn.has(index);
    drawn.add(index);
    return (
      <li key={index}>
        <NodeLine node={node} isRepeated={isRepeated && node.uses.length > 0} />
        {!isRepeated && node.uses.length > 0 && <ul>{node.uses.map(draw)}</ul>}
      </li>
    );
  };
  return <ul class="live-tree">{tree.map((_, index) => (drawn.has(index) ? null : draw(index)))}</ul>;
}

function NodeLine({ node: { kind, name, file, line, hash, note }, isRepeated }: { node: Node; isRepeated: boolean }) {
  return (
    <>
      <span class="live-kind">{kind}</span> <code>{name}</code>{" "}
      <span class="live-note">
        {file !== undefined && `${file.replace(FOLDER, "")}:${line} `}
        {hash.slice(0, 8)}
        {isRepeated && " (see above)"}
      </span>
      {note !== undefined && <span class="live-why"> {note}</span>}
    </>
  );
}
