import { ALL_DATA, functionScope } from "../../runtime/persist/scopes.ts";
import type { DiskStore } from "../../runtime/stores/disk.ts";
import { type Command, CommandError, ExitCode } from "../command.ts";
import { countEntries, DISK_HELP, diskOptions, type FunctionOnDisk, onDisk, openDisk } from "../disk.ts";
import { formatCount } from "../format.ts";
import { suggest } from "../nearest.ts";

const clear: Command = {
  usage: "clear [<id>] [--kind data]",
  help: `Removes entries from disk: those of one function, in all its code versions, or all of them. The function is named by
its id, or by the end of it: src/data.ts#load, or load where only one has that name. Programs that run drop what they have
in memory, too, with their next call or at most 50 ms later, and keep nothing of what they are computing right now.

      --kind <kind>  data: all entries, as without an id. Resources are never on disk: they live and end with a program
${DISK_HELP}

Exit codes: 0 removed, or there was nothing · 2 no entries of that function, or wrong usage.`,
  options: { ...diskOptions, kind: { type: "string" } },
  takes: { least: 0, most: 1 },
  run({ positionals, flags }, terminal) {
    const wanted = positionals[0];
    checkKind(flags["kind"] as string | undefined, wanted);
    const store = openDisk(flags["dir"] as string | undefined);
    const functions = onDisk(store, () => countEntries(store));
    const chosen = wanted === undefined ? functions : [chooseFunction(functions, wanted, store.dir)];
    onDisk(store, () => clearOn(store, wanted === undefined ? undefined : chosen[0]?.id));
    const entries = chosen.reduce((sum, fn) => sum + fn.entries, 0);
    if (flags["json"]) {
      terminal.print(JSON.stringify({ dir: store.dir, entries, functions: chosen.map((fn) => fn.id) }, undefined, 2));
    } else {
      const of = wanted === undefined ? "" : ` of ${chosen[0]?.id}`;
      terminal.print(`Removed ${formatCount(entries, "entry", "entries")}${of}.`);
    }
    return ExitCode.ok;
  },
};

export default clear;

/** New epochs put out of use what running programs hold in memory or are computing; then the files go. */
function clearOn(store: DiskStore, id: string | undefined): void {
  store.renewEpochs([id === undefined ? ALL_DATA : functionScope(id)]);
  store.clear(id);
}

function checkKind(kind: string | undefined, wanted: string | undefined): void {
  if (kind === undefined) return;
  if (kind === "resource") {
    throw new CommandError(
      "Resources are never on disk.",
      "Call cacheResource.clear() in the program that holds them.",
    );
  }
  if (kind !== "data") throw new CommandError(`There is no kind '${kind}'.`, "Write --kind data.");
  if (wanted !== undefined)
    throw new CommandError("An id and --kind exclude each other.", "Usage: cachet clear [<id>] [--kind data]");
}

export function chooseFunction(
  functions: readonly FunctionOnDisk[],
  wanted: string,
  directory: string,
): FunctionOnDisk {
  const exact = functions.filter(({ id }) => id === wanted);
  const isEnd = (id: string) => id.endsWith(`/${wanted}`) || id.endsWith(`#${wanted}`);
  const found = exact.length > 0 ? exact : functions.filter(({ id }) => isEnd(id));
  if (found.length === 1) return found[0] as FunctionOnDisk;
  if (found.length > 1) {
    throw new CommandError(
      `'${wanted}' is the name of several functions.`,
      `Write one of: ${found.map(({ id }) => id).join(", ")}.`,
    );
  }
  const names = functions.flatMap(({ id }) => [id, id.slice(id.indexOf("#") + 1)]);
  throw new CommandError(
    `There are no entries of '${wanted}' in ${directory}.`,
    suggest(wanted, names) ?? "See cachet stats.",
  );
}
