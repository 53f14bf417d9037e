import { tags } from "./call/tagged-entries.ts";
import { weigh, weighed } from "./call/weigh.ts";
import { emitEvent } from "./events.ts";
import { files } from "./files/depends-on.ts";
import { argumentTrie } from "./key/trie/argument-trie.ts";
import { applyMode, modeFromEnvironment } from "./mode.ts";
import { clearStores } from "./persist/all-stores.ts";
import { durable } from "./persist/store-persistence.ts";
import { openRecordings } from "./recordings/recordings.ts";
import { install, state } from "./registry.ts";
import { isWatched, lineSpinner } from "./spinner/spinner.node.ts";
import { spinnerOf } from "./spinner/spinner.ts";
import { showSpinner } from "./spinner/spinner-line.ts";
import type { StartSpinner } from "./spinner/spinner-types.ts";
import { DiskStore } from "./stores/disk.ts";
import type { Store } from "./stores/store.ts";

/*
 * What every program in Node brings along: its files are loaded from a disk, so a part that is not used costs little, and a
 * synchronous function cannot wait for one to be loaded.
 */

/** Shows that a body runs: for any function, since a terminal may wait for a synchronous one too. */
export const spinner: StartSpinner = spinnerOf(lineSpinner, async (given) => {
  if (given !== undefined || !isWatched()) return [showSpinner, given];
  return [showSpinner, (await import("./spinner/terminal-spinner.ts")).terminalSpinner];
});

export { openRecordings };

const disks = new Map<string, DiskStore>();

/** The environment's own durable store, behind `persist: true`: the disk. It is made at the first use. */
export function ownStore(options: { dir?: string } = {}): Store {
  const name = options.dir ?? "";
  let store = disks.get(name);
  if (store === undefined) {
    store = new DiskStore(options);
    disks.set(name, store);
  }
  return store;
}

// `tags` and `files`: what stored entries depend on, whatever the functions are that have been loaded by now.
install({ argumentTrie, emitEvent, weigh, weighed, clearStores, spinner, showSpinner, ownStore, durable, files, tags });
state.settings.mode ??= modeFromEnvironment();
if (state.settings.mode === "off") state.settings.enabled = false;
applyMode(openRecordings);
