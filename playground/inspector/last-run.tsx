import { useObservable } from "../app/observable.ts";
import { findChange } from "./edits.ts";
import { describeChange, formatCall } from "./format.ts";
import { describeReason, type Reason } from "./reason.ts";
import { edits, history, ticks } from "./recorder.ts";

/** Why the newest run was one. */
export function LastRun() {
  useObservable(ticks);
  useObservable(edits);
  const run = history.lastRun;
  return (
    <section class="insp-run" aria-labelledby="insp-run">
      <h2 id="insp-run">Why did this run?</h2>
      {run?.reason === undefined ? (
        <p class="muted">Nothing ran yet.</p>
      ) : (
        <>
          <p class="insp-call">
            <code>{formatCall(run.event.name, run.parts)}</code>
          </p>
          <ReasonText reason={run.reason} />
        </>
      )}
    </section>
  );
}

function ReasonText({ reason }: { reason: Reason }) {
  const { title, text } = describeReason(reason);
  const change = reason.type === "code" ? findChange(edits.value, reason.id, reason.after) : undefined;
  return (
    <p class="insp-reason" data-reason={reason.type}>
      <strong>{title}.</strong> {change ? `Changed: ${change.changes.map(describeChange).join(", ")}.` : text}
    </p>
  );
}
