import { describeChange } from "../inspector/format.ts";
import type { Followed } from "./follow.ts";
import { HashTree } from "./hash-tree.tsx";

/** Every cached function with its code hash and what that covers. */
export function FunctionList({ functions }: { functions: readonly Followed[] }) {
  return (
    <section class="live-functions" aria-labelledby="live-functions">
      <h2 id="live-functions">Code hashes</h2>
      {functions.length === 0 && <p class="muted">No function is marked, or a mark is wrong.</p>}
      {functions.map(({ report, changes }) => (
        <details key={report.id} open data-id={report.id}>
          <summary>
            <code>{report.name}</code> <span class="muted">{report.kind}</span>{" "}
            <code class="live-hash">{report.hash}</code>
          </summary>
          <p class={`live-change ${changes === undefined ? "ok" : "warn"}`} data-changed={changes !== undefined}>
            {changes === undefined
              ? "Not changed by the last edit: entries stay."
              : `Cold: changed ${changes.map(describeChange).join(", ")}.`}
          </p>
          <p class="muted">
            <code>{report.id}</code> · key: {report.parts.join(", ") || "no arguments"}
          </p>
          {report.tree === undefined || report.tree.length === 0 ? (
            <p class="muted">Only its own code counts.</p>
          ) : (
            <HashTree tree={report.tree} />
          )}
        </details>
      ))}
    </section>
  );
}
