import type { InspectedFunction } from "cachet/inspect";
import { useId, useState } from "preact/hooks";
import type { CoveredNode } from "./panel/protocol.ts";

interface CoversProps {
  fn: InspectedFunction;
  ask(fn: InspectedFunction): Promise<readonly CoveredNode[] | undefined>;
}

/** What the code hash covers as a tree, with the source of the chosen declaration beside it. Asked for when it is opened. */
export function Covers({ fn, ask }: CoversProps) {
  const [isOpen, setOpen] = useState(false);
  const [nodes, setNodes] = useState<readonly CoveredNode[] | "unknown">();
  const toggle = () => {
    setOpen(!isOpen);
    if (nodes === undefined)
      ask(fn).then(
        (found) => setNodes(found ?? "unknown"),
        () => setNodes("unknown"),
      );
  };
  return (
    <section class="insp-covers">
      <button type="button" aria-expanded={isOpen} onClick={toggle}>
        What the code hash covers
      </button>
      {isOpen && nodes === undefined && <p class="insp-note">Looking …</p>}
      {isOpen && nodes === "unknown" && (
        <p class="insp-note">The dev server does not know this code: it has changed, or another process compiled it.</p>
      )}
      {isOpen && typeof nodes === "object" && <CoveredCode nodes={nodes} />}
    </section>
  );
}

function CoveredCode({ nodes }: { nodes: readonly CoveredNode[] }) {
  const [chosen, choose] = useState(0);
  const id = useId();
  const node = nodes[chosen];
  if (node === undefined) return <p class="insp-note">Only the function's own code counts.</p>;
  return (
    <div class="insp-covered">
      <Tree nodes={nodes} chosen={chosen} choose={choose} />
      <figure>
        <figcaption id={id}>
          {node.kind} <code>{node.name}</code>{" "}
          {node.place !== undefined && <span class="insp-place">{node.place}</span>}
        </figcaption>
        {node.note !== undefined && <p class="insp-note">{node.note}</p>}
        {node.source === undefined ? (
          <p class="insp-note">
            {node.kind === "package" ? "Its name and version count." : "No source of the project."}
          </p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable, or the keyboard can't scroll it.
          <section class="insp-source" tabIndex={0} aria-labelledby={id}>
            <pre>
              <code>{node.source}</code>
            </pre>
          </section>
        )}
      </figure>
    </div>
  );
}

interface TreeProps {
  nodes: readonly CoveredNode[];
  chosen: number;
  choose(index: number): void;
}

/** Each thing with what it uses once, later only by name. */
function Tree({ nodes, chosen, choose }: TreeProps) {
  const drawn = new Set<number>();
  const draw = (index: number) => {
    const node = nodes[index];
    if (node === undefined) return null;
    const isRepeated = drawn.has(index);
    drawn.add(index);
    return (
      <li key={index}>
        <button
          type="button"
          class="insp-node"
          aria-current={chosen === index ? "true" : undefined}
          onClick={() => choose(index)}
        >
          <span class="insp-kind">{node.kind}</span> <code>{node.name}</code>{" "}
          <span class="insp-place">
            {node.place} {isRepeated && node.uses.length > 0 && "(see above)"}
          </span>
        </button>
        {!isRepeated && node.uses.length > 0 && <ul>{node.uses.map(draw)}</ul>}
      </li>
    );
  };
  return (
    <ul class="insp-tree" aria-label="What the code hash covers">
      {nodes.map((_, index) => (drawn.has(index) ? null : draw(index)))}
    </ul>
  );
}
