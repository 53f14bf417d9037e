import { parseBytes } from "../../runtime/options/bytes.ts";
import { parseDuration } from "../../runtime/options/duration.ts";
import { type Command, CommandError, ExitCode } from "../command.ts";
import { DISK_HELP, diskOptions, onDisk, openDisk } from "../disk.ts";
import { formatBytes, formatCount } from "../format.ts";

const prune: Command = {
  usage: "prune [--max-age 30d] [--max-bytes 1GiB]",
  help: `Removes from disk what nobody needs: expired entries, code versions that no program has used for long, and the
oldest entries above a total size. Programs do the same by themselves, once a day.

      --max-age <duration>  code versions unused for this long go (30 days)
      --max-bytes <size>    most bytes of all entries (1 GiB)
${DISK_HELP}

Exit codes: 0 done · 2 the directory can't be read or written, or wrong usage.`,
  options: { ...diskOptions, "max-age": { type: "string" }, "max-bytes": { type: "string" } },
  takes: { least: 0, most: 0 },
  run({ flags }, terminal) {
    const store = openDisk(flags["dir"] as string | undefined);
    const maxAge = readLimit("--max-age", flags["max-age"], (text) => parseDuration(text) * 1000);
    const maxBytes = readLimit("--max-bytes", flags["max-bytes"], parseBytes);
    const limits = { ...(maxAge !== undefined && { maxAge }), ...(maxBytes !== undefined && { maxBytes }) };
    const removed = onDisk(store, () => store.prune(limits));
    if (flags["json"]) terminal.print(JSON.stringify({ dir: store.dir, ...removed }, undefined, 2));
    else terminal.print(`Removed ${formatCount(removed.entries, "entry", "entries")}, ${formatBytes(removed.bytes)}.`);
    return ExitCode.ok;
  },
};

export default prune;

/** Sizes may be plain numbers of bytes; a duration without a unit is refused, as in the options of a mark. */
function readLimit(name: string, value: unknown, parse: (value: unknown) => number): number | undefined {
  if (value === undefined) return undefined;
  const isNumber = name === "--max-bytes" && /^\d+$/.test(String(value));
  try {
    return parse(isNumber ? Number(value) : value);
  } catch (error) {
    throw new CommandError(`${name} can't be '${value}': ${(error as Error).message}`);
  }
}
