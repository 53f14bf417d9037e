import { dirname, join, resolve } from "node:path";
import { entriesIn } from "../runtime/stores/disk/disk-limits.ts";
import { FORMAT, functionDirectory, versionDirectory } from "../runtime/stores/disk/paths.ts";
import { versionsIn } from "../runtime/stores/disk/prune.ts";

/** What earlier runs have left of a function. */
export interface KeptOnDisk {
  /** Of its code as it is, also those whose time is over. */
  entries: number;
  bytes: number;
  /** Entries of other code versions. */
  others: number;
}

/** Looks where programs of the packages around a file keep their entries; `undefined` where the function has none. */
export function keptOnDisk(file: string, fn: { id: string; hash: string }): KeptOnDisk | undefined {
  for (const directory of storesAround(file)) {
    const root = `${directory}/v${FORMAT}`;
    const own = versionDirectory(root, { function: fn.id, hash: fn.hash });
    const current = entriesIn(own);
    const others = [...versionsIn(root, functionDirectory(fn.id))]
      .filter((version) => version.directory !== own)
      .reduce((sum, version) => sum + entriesIn(version.directory).length, 0);
    const bytes = current.reduce((sum, entry) => sum + entry.bytes, 0);
    if (current.length + others > 0) return { entries: current.length, bytes, others };
  }
  return undefined;
}

/** A program may have been started in any directory above. */
function* storesAround(file: string): Generator<string> {
  const given = process.env["CACHET_DIR"];
  if (given) yield resolve(given);
  for (let at = dirname(file); ; at = dirname(at)) {
    yield join(at, "node_modules", ".cache", "cachet");
    if (dirname(at) === at) return;
  }
}
