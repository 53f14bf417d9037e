import { cacheData, cacheResource } from "cachet";
import "./inspector.css";
import { Button } from "../app/controls.tsx";
import { expireKind } from "./beside.ts";
import { EditList } from "./edit-list.tsx";
import { EventList } from "./event-list.tsx";
import { FunctionTable } from "./function-table.tsx";
import { LastRun } from "./last-run.tsx";
import { Savings } from "./savings.tsx";
import { TagList } from "./tag-list.tsx";

/** Every cached function, what happens to it, and why its body ran. `followsEdits`: a dev server tells what edits did. */
export function Inspector({ followsEdits = true }: { followsEdits?: boolean }) {
  return (
    <div class="insp">
      <LastRun />
      <section class="insp-functions" aria-labelledby="insp-functions">
        <header class="bar">
          <h2 id="insp-functions">Cached functions</h2>
          <Button text="Expire all data" onClick={() => expireKind("data")} />
          <Button text="Clear all data" onClick={() => void cacheData.clear()} />
          <Button text="Expire all resources" onClick={() => expireKind("resource")} />
          <Button text="Clear all resources" onClick={() => void cacheResource.clear()} />
        </header>
        <Savings />
        <FunctionTable />
      </section>
      <div class="insp-side">
        <TagList />
        {followsEdits && <EditList />}
        <EventList />
      </div>
    </div>
  );
}
