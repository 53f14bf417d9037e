import { type Command, ExitCode } from "../command.ts";
import { countEntries, DISK_HELP, diskOptions, onDisk, openDisk } from "../disk.ts";
import { formatBytes, formatCount, formatDuration } from "../format.ts";
import { formatTable } from "../terminal.ts";

const stats: Command = {
  usage: "stats",
  help: `Counts the entries on disk: per function how many, their bytes, how many are expired but not yet removed, how many
code versions have entries, and how long computing them took. Entries in memory belong to a running program: there,
stats() of cachet tells them.

${DISK_HELP}

Into a pipe one function per line, its fields separated by tabs: id, entries, bytes, expired, code versions,
milliseconds, time of the newest.

Exit codes: 0 counted · 2 the directory can't be read, or wrong usage.`,
  options: diskOptions,
  takes: { least: 0, most: 0 },
  run({ flags }, terminal) {
    const store = openDisk(flags["dir"] as string | undefined);
    const functions = onDisk(store, () => countEntries(store));
    const entries = functions.reduce((sum, fn) => sum + fn.entries, 0);
    const bytes = functions.reduce((sum, fn) => sum + fn.bytes, 0);
    if (flags["json"]) {
      terminal.print(JSON.stringify({ dir: store.dir, entries, bytes, functions }, undefined, 2));
      return ExitCode.ok;
    }
    const forPeople = terminal.isInteractive;
    const rows = functions.map((fn) => [
      fn.id,
      String(fn.entries),
      forPeople ? formatBytes(fn.bytes) : String(fn.bytes),
      String(fn.expired),
      String(fn.versions.length),
      forPeople ? formatDuration(fn.cost) : String(Math.round(fn.cost)),
      new Date(fn.newest).toISOString(),
    ]);
    const heading = ["ID", "ENTRIES", "SIZE", "EXPIRED", "VERSIONS", "COMPUTED IN", "NEWEST"];
    if (rows.length > 0) terminal.print(formatTable(terminal, heading, rows));
    const total = `${formatCount(entries, "entry", "entries")}, ${formatBytes(bytes)} in ${store.dir}`;
    if (forPeople) terminal.print(terminal.paint("bold", total));
    return ExitCode.ok;
  },
};

export default stats;
