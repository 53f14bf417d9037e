import { useEffect } from "preact/hooks";
import { plural } from "../controls.tsx";
import { ErrorBox } from "../error-box.tsx";
import { useObservable } from "../observable.ts";
import { StatusLine } from "../status-line.tsx";
import { layered } from "./box.ts";
import { Items } from "./items-view.tsx";
import type { Figures, Session } from "./session.ts";

/** A page written by a script, and how its last run went. */
export function ScriptPage({ session }: { session: Session }) {
  const { status, box, before, figures, error } = useObservable(session.state);
  useEffect(() => session.rerun(), [session]);
  return (
    <section class="script" aria-label="Page" aria-busy={status === "running"} data-status={status}>
      <StatusLine isBusy={status === "running"} text={figures ? describe(figures) : ""} />
      <Items placed={layered(box, before)} session={session} />
      {status === "failed" && <ErrorBox error={error} retry={() => session.rerun()} />}
    </section>
  );
}

function describe({ milliseconds, hits, misses }: Figures): string {
  const time =
    milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  return `ran in ${time} – ${plural(hits, "hit")}, ${plural(misses, "miss", "misses")}`;
}
