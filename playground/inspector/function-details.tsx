import type { InspectedFunction } from "cachet/inspect";
import { Button, plural } from "../app/controls.tsx";
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
                {plural(costs.runs, "run")} · {formatTime(costs.computing)} computing · {formatTime(costs.keeping)}{" "}
                keeping results
              </dd>
            </>
          )}
        </dl>
        {canExpire && fn.entries > 0 && (
          <p class="muted">
            <Button text="Expire all" aria-label={`Expire all of ${fn.name}`} onClick={() => void fn.expire()} /> The
            next calls run; the old values are served meanwhile.
          </p>
        )}
        <EntryTable fn={fn} canExpire={canExpire} />
        {coversOf && <Covers key={fn.codeHash} fn={fn} ask={coversOf} />}
      </td>
    </tr>
  );
}
