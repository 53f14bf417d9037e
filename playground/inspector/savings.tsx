import { inspect } from "cachet/inspect";
import { plural } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { costsTooMuch } from "./costs.ts";
import { formatTime } from "./format.ts";
import { ticks } from "./recorder.ts";

/** What all marks together are worth, and which are worth nothing. */
export function Savings() {
  useObservable(ticks);
  const functions = inspect();
  const saved = functions.reduce((sum, { timeSaved }) => sum + timeSaved, 0);
  const costly = functions.filter(costsTooMuch).length;
  return (
    <p class="muted">
      Hits have saved <strong>{formatTime(saved)}</strong> of running.
      {costly > 0 && (
        <span class="small warn">
          {" "}
          {plural(costly, "mark costs more than it saves", "marks cost more than they save")}.
        </span>
      )}
    </p>
  );
}
