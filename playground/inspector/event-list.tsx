import { useState } from "preact/hooks";
import { Button } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { formatCall, formatDetail } from "./format.ts";
import type { Line } from "./history.ts";
import { describeReason } from "./reason.ts";
import { history, ticks } from "./recorder.ts";

/** What the caches do, newest first. It can be held still to be read. */
export function EventList() {
  useObservable(ticks);
  const [held, setHeld] = useState<readonly Line[]>();
  const lines = held ?? history.lines;
  return (
    <section class="insp-events" aria-labelledby="insp-events">
      <header class="bar">
        <h2 id="insp-events">Events</h2>
        <Button
          text="Hold"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held === undefined ? history.lines : undefined)}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable, or the keyboard can't scroll it. */}
      <ol class="rows insp-lines" tabIndex={0} aria-label="Events, newest first">
        {lines.map((line) => (
          <EventItem key={line.number} line={line} />
        ))}
      </ol>
      {lines.length === 0 && <p class="muted">No cached function was called yet.</p>}
    </section>
  );
}

const TONES: Partial<Record<Line["event"]["type"], string>> = {
  hit: "ok",
  miss: "warn",
  evict: "warn",
  expire: "warn",
  error: "bad",
  invalid: "bad",
};

function EventItem({ line: { event, parts, reason } }: { line: Line }) {
  const detail = reason ? describeReason(reason).title.toLowerCase() : formatDetail(event);
  return (
    <li data-type={event.type}>
      <span class={`insp-type ${TONES[event.type] ?? "muted"}`}>{event.type}</span>{" "}
      <code>{formatCall(event.name, parts)}</code>
      {detail !== "" && <span class="muted"> {detail}</span>}
    </li>
  );
}
