import type { InspectedFunction } from "cachet/inspect";
import { useId, useState } from "preact/hooks";
import { Button, Scroller } from "../app/controls.tsx";
import { Tree } from "../app/tree.tsx";
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
      <Button text="What the code hash covers" aria-expanded={isOpen} onClick={toggle} />
      {isOpen && nodes === undefined && <p class="muted">Looking …</p>}
      {isOpen && nodes === "unknown" && (
        <p class="muted">The dev server does not know this code: it has changed, or another process compiled it.</p>
      )}
      {isOpen && typeof nodes === "object" && <CoveredCode nodes={nodes} />}
    </section>
  );
}

function CoveredCode({ nodes }: { nodes: readonly CoveredNode[] }) {
  const [chosen, choose] = useState(0);
  const id = useId();
  const node = nodes[chosen];
  if (node === undefined) return <p class="muted">Only the function's own code counts.</p>;
  return (
    <div class="insp-covered">
      <Tree
        nodes={nodes}
        label="What the code hash covers"
        line={(each, index, isRepeated) => (
          <button
            type="button"
            class="insp-node"
            aria-current={chosen === index ? "true" : undefined}
            onClick={() => choose(index)}
          >
            <span class="small muted">{each.kind}</span> <code>{each.name}</code>{" "}
            <span class="small muted">
              {each.place} {isRepeated && "(see above)"}
            </span>
          </button>
        )}
      />
      <figure>
        <figcaption id={id}>
          {node.kind} <code>{node.name}</code>{" "}
          {node.place !== undefined && <span class="small muted">{node.place}</span>}
        </figcaption>
        {node.note !== undefined && <p class="muted">{node.note}</p>}
        {node.source === undefined ? (
          <p class="muted">{node.kind === "package" ? "Its name and version count." : "No source of the project."}</p>
        ) : (
          <Scroller class="insp-source" aria-labelledby={id}>
            <pre>
              <code>{node.source}</code>
            </pre>
          </Scroller>
        )}
      </figure>
    </div>
  );
}
