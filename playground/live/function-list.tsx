import type { HashChange } from "#hash-diff";
import type { Followed } from "./follow.ts";
import { HashTree } from "./hash-tree.tsx";

/** Every cached function with its code hash and what that covers. */
export function FunctionList({ functions }: { functions: readonly Followed[] }) {
  return (
    <section class="live-functions" aria-labelledby="live-functions">
      <h2 id="live-functions">Code hashes</h2>
      {functions.length === 0 && <p class="live-note">No function is marked, or a mark is wrong.</p>}
      {functions.map(({ report, changes }) => (
        <details key={report.id} open data-id={report.id}>
          <summary>
            <code>{report.name}</code> <span class="live-note">{report.kind}</span>{" "}
            <code class="live-hash">{report.hash}</code>
          </summary>
          <p class="live-change" data-changed={changes !== undefined}>
            {changes === undefined
              ? "Not changed by the last edit: entries stay."
              : `Cold: changed ${changes.map(describeChange).join(", ")}.`}
          </p>
          <p class="live-note">
            <code>{report.id}</code> · key: {report.parts.join(", ") || "no arguments"}
          </p>
          {report.tree === undefined || report.tree.length === 0 ? (
            <p class="live-note">Only its own code counts.</p>
          ) : (
            <HashTree tree={report.tree} />
          )}
        </details>
      ))}
    </section>
  );
}

function describeChange({ kind, name, place, change }: HashChange): string {
  return `${kind} ${name}${place === undefined ? "" : ` (${place})`}${change === "changed" ? "" : ` ${change}`}`;
}
