import type { InspectedFunction } from "cachet/inspect";
import { coversOf } from "./beside.ts";
import { Covers } from "./covers.tsx";
import { EntryTable } from "./entry-table.tsx";
import { formatOptions, formatTime } from "./format.ts";

/** What a row of the table opens to: the definition, what keeping results costs, the entries, and what the hash covers. */
export function FunctionDetails({ fn }: { fn: InspectedFunction }) {
  const { costs } = fn;
  // Without `stale` nothing of an expired entry is left: to clear it is the same.
  const canExpire = fn.options["stale"] !== undefined;
  return (
    <tr class="insp-details">
      <td colSpan={7}>
        <dl class="insp-facts">
          <dt>id</dt>
          <dd>
            <code>{fn.id}</code>
          </dd>
          <dt>code hash</dt>
          <dd>
            <code>{fn.codeHash}</code>
          </dd>
          <dt>options</dt>
          <dd>{formatOptions(fn.options)}</dd>
          <dt>saved</dt>
          <dd>{formatTime(fn.timeSaved)}</dd>
          {costs && (
            <>
              <dt>spent</dt>
              <dd>
                {costs.runs} {costs.runs === 1 ? "run" : "runs"} · {formatTime(costs.computing)} computing ·{" "}
                {formatTime(costs.keeping)} keeping results
              </dd>
            </>
          )}
        </dl>
        {canExpire && fn.entries > 0 && (
          <p class="insp-note">
            <button type="button" aria-label={`Expire all of ${fn.name}`} onClick={() => void fn.expire()}>
              Expire all
            </button>{" "}
            The next calls run; the old values are served meanwhile.
          </p>
        )}
        <EntryTable fn={fn} canExpire={canExpire} />
        {coversOf && <Covers key={fn.codeHash} fn={fn} ask={coversOf} />}
      </td>
    </tr>
  );
}
