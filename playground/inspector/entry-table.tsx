import type { InspectedFunction } from "cachet/inspect";
import { Button, plural } from "../app/controls.tsx";
import { formatAge, formatBytes, formatCall, formatTime } from "./format.ts";
import { history } from "./recorder.ts";

/** More rows than these help nobody; the rest is counted. */
const MOST_ROWS = 50;

/** The entries of one function in memory, the most recently used first. */
export function EntryTable({ fn, canExpire }: { fn: InspectedFunction; canExpire: boolean }) {
  const entries = fn.list().reverse();
  if (entries.length === 0) return <p class="muted">No entries in memory. The next call runs or reads a store.</p>;
  return (
    <>
      <ul class="rows insp-entries">
        {entries.slice(0, MOST_ROWS).map((entry) => {
          const call = formatCall(fn.name, entry.parts);
          const instance = entry.instance === undefined ? "" : `instance ${entry.instance} · `;
          const hits = plural(history.hitsOf(fn.id, entry.key), "hit");
          return (
            <li key={entry.key} data-key={entry.key}>
              <code>{call}</code>
              <span class="muted">
                {instance}
                {hits} · {fn.kind === "data" && `${formatBytes(entry.bytes)} · `}ran {formatTime(entry.cost)} ·{" "}
                {formatAge(entry)}
                {entry.tags.map((tag) => (
                  <span key={tag} class="insp-tag small">
                    {tag}
                  </span>
                ))}
              </span>
              <span class="bar">
                {canExpire && (
                  <Button text="Expire" aria-label={`Expire ${call}`} onClick={() => void entry.expire()} />
                )}
                <Button text="Clear" aria-label={`Clear ${call}`} onClick={() => void entry.clear()} />
              </span>
            </li>
          );
        })}
      </ul>
      {entries.length > MOST_ROWS && <p class="muted">and {entries.length - MOST_ROWS} more</p>}
    </>
  );
}
