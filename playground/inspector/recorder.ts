import { inspect, observeCalls } from "cachet/inspect";
import { Observable } from "../app/observable.ts";
import { editSource } from "./beside.ts";
import { followEdits } from "./edits.ts";
import { History } from "./history.ts";

/** Milliseconds: fast enough to look live, slow enough that a loop of a thousand hits is drawn once. */
const PAUSE = 80;

/** Where the code hashes of a page wait for its next load. */
const KEY = "playground-code-hashes";

/** Everything that happened since the page was loaded: imported early, so that the first runs are in it. */
export const history = new History(inspect(), hashesOfLastLoad());

/** Changes after events; what changed is to be looked up. */
export const ticks = new Observable(0);

observeCalls((event, call) => {
  history.note(event, call);
  tickSoon();
});

/** What edits of the code did, newest first. Empty without a dev server. */
export const edits = followEdits(editSource);
addEventListener("pagehide", rememberHashes);

let isDue = false;

function tickSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    ticks.set(ticks.value + 1);
  }, PAUSE);
}

/** A reload that an edit caused must not look like a first call. */
function rememberHashes(): void {
  try {
    const hashes = inspect().map(({ id, codeHash }) => [id, codeHash]);
    sessionStorage.setItem(KEY, JSON.stringify(hashes));
  } catch {
    // Without storage a reload starts from nothing.
  }
}

function hashesOfLastLoad(): Map<string, string> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));
  } catch {
    return new Map();
  }
}
