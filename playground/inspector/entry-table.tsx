import type { InspectedFunction } from "cachet/inspect";
import { formatAge, formatBytes, formatCall, formatTime } from "./format.ts";
import { history } from "./recorder.ts";

/** More rows than these help nobody; the rest is counted. */
const MOST_ROWS = 50;

/** The entries of one function in memory, the most recently used first. */
export function EntryTable({ fn, canExpire }: { fn: InspectedFunction; canExpire: boolean }) {
  const entries = fn.list().reverse();
  if (entries.length === 0) return <p class="insp-note">No entries in memory. The next call runs or reads a store.</p>;
  return (
    <>
      <ul class="insp-entries">
        {entries.slice(0, MOST_ROWS).map((entry) => {
          const call = formatCall(fn.name, entry.parts);
          const instance = entry.instance === undefined ? "" : `instance ${entry.instance} · `;
          const hits = history.hitsOf(fn.id, entry.key);
          return (
            <li key={entry.key} data-key={entry.key}>
              <code>{call}</code>
              <span class="insp-figures">
                {instance}
                {hits} {hits === 1 ? "hit" : "hits"} · {fn.kind === "data" && `${formatBytes(entry.bytes)} · `}ran{" "}
                {formatTime(entry.cost)} · {formatAge(entry)}
                {entry.tags.map((tag) => (
                  <span key={tag} class="insp-tag">
                    {tag}
                  </span>
                ))}
              </span>
              <span class="insp-actions">
                {canExpire && (
                  <button type="button" aria-label={`Expire ${call}`} onClick={() => void entry.expire()}>
                    Expire
                  </button>
                )}
                <button type="button" aria-label={`Clear ${call}`} onClick={() => void entry.clear()}>
                  Clear
                </button>
              </span>
            </li>
          );
        })}
      </ul>
      {entries.length > MOST_ROWS && <p class="insp-note">and {entries.length - MOST_ROWS} more</p>}
    </>
  );
}
