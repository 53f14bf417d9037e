import { plural } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { editSource } from "./beside.ts";
import type { Edit } from "./edits.ts";
import { describeChange } from "./format.ts";
import { edits } from "./recorder.ts";

/** What edits of the code did to the caches of this page. */
export function EditList() {
  const known = useObservable(edits);
  return (
    <section class="insp-edits" aria-labelledby="insp-edits">
      <h2 id="insp-edits">Edits</h2>
      {known.length === 0 ? (
        <p class="muted">
          {editSource
            ? "Edit a file while this page is open: what goes cold shows here, and what stays."
            : "With the dev server, edits of the code show here: what goes cold, and what stays."}
        </p>
      ) : (
        <ol class="rows">
          {known.map((edit) => (
            <EditItem key={edit.number} edit={edit} />
          ))}
        </ol>
      )}
    </section>
  );
}

function EditItem({ edit: { modules, cold, stayed } }: { edit: Edit }) {
  return (
    <li>
      <p>
        {modules.length === 0 ? "Changed since the page was last loaded" : "Loaded again: "}
        <code>{modules.join(", ")}</code>
      </p>
      {cold.length === 0 && <p>No code hash changed: everything stays.</p>}
      {cold.map((fn) => (
        <p key={fn.id} data-cold={fn.id}>
          <strong class="warn">cold</strong> <code>{fn.name}</code>
          {fn.entries !== undefined && `, ${count(fn.entries)} gone`}: changed{" "}
          {fn.changes.map(describeChange).join(", ")}
        </p>
      ))}
      {stayed.map(({ id, name, entries }) => (
        <p key={id} data-stayed={id}>
          <strong class="ok">stayed</strong> <code>{name}</code>, {count(entries)} live
        </p>
      ))}
    </li>
  );
}

const count = (entries: number) => plural(entries, "entry", "entries");
