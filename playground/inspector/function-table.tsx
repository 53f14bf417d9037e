import { type InspectedFunction, inspect } from "cachet/inspect";
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { costsTooMuch } from "./costs.ts";
import { formatBytes, formatTime } from "./format.ts";
import { FunctionDetails } from "./function-details.tsx";
import { ticks } from "./recorder.ts";
import { useSeconds } from "./use-seconds.ts";

/** One row per cached function whose module is loaded; a row opens to its definition and its entries. */
export function FunctionTable() {
  useObservable(ticks);
  useSeconds();
  const [wanted, setWanted] = useState("");
  const [opened, setOpened] = useState<string>();
  const rows = inspect().filter((fn) => isShown(fn) && fn.id.toLowerCase().includes(wanted.toLowerCase()));
  rows.sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  return (
    <>
      <label class="bar muted insp-filter">
        <span>Filter</span>
        <input
          type="search"
          value={wanted}
          placeholder="name or file"
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </label>
      <table class="insp-table">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Entries</th>
            <th scope="col">Hits</th>
            <th scope="col">Misses</th>
            <th scope="col" class="insp-wide">
              Saved
            </th>
            <th scope="col" class="insp-wide">
              Bytes
            </th>
            <th scope="col">
              <span class="insp-hidden">Clear</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((fn) => {
            const key = `${fn.id} ${fn.codeHash}`;
            const isOpen = opened === key;
            return (
              <Fragment key={key}>
                <Row fn={fn} isOpen={isOpen} toggle={() => setOpened(isOpen ? undefined : key)} />
                {isOpen && <FunctionDetails fn={fn} />}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && (
        <p class="muted">{wanted === "" ? "No cached function is loaded." : `No function matches “${wanted}”.`}</p>
      )}
    </>
  );
}

/** Code that an update replaced only matters while it still holds something. */
const isShown = (fn: InspectedFunction) => fn.isCurrent || fn.entries > 0;

function Row({ fn, isOpen, toggle }: { fn: InspectedFunction; isOpen: boolean; toggle: () => void }) {
  const { id, name, kind, entries, hits, misses, timeSaved, bytes, isCurrent } = fn;
  return (
    <tr data-id={id} data-current={isCurrent}>
      <th scope="row">
        <button type="button" class="insp-name" aria-expanded={isOpen} onClick={toggle}>
          <code>{name}</code>
          <span class="small muted" data-kind={kind}>
            {kind}
          </span>
          {!isCurrent && <span class="small muted">earlier code</span>}
          {costsTooMuch(fn) && <span class="small warn">costs more than it saves</span>}
        </button>
      </th>
      <td data-value={entries}>{entries}</td>
      <td data-value={hits}>{hits}</td>
      <td data-value={misses}>{misses}</td>
      <td data-value={timeSaved} class="insp-wide">
        {formatTime(timeSaved)}
      </td>
      <td data-value={bytes} class="insp-wide">
        {kind === "resource" ? "–" : formatBytes(bytes)}
      </td>
      <td>
        <Button text="Clear" aria-label={`Clear ${name}`} onClick={() => void fn.clear()} />
      </td>
    </tr>
  );
}
