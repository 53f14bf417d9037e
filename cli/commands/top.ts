import { setTimeout as pause } from "node:timers/promises";
import type { RemoteFunction } from "../../runtime/inspect/remote.ts";
import { type Command, CommandError, ExitCode } from "../command.ts";
import { formatBytes, formatCount, formatDuration } from "../format.ts";
import { formatTable, type Terminal } from "../terminal.ts";

const VITE = "http://localhost:5173/__cachet";
/** Seconds between two readings. */
const EVERY = 2;
/** To the upper left corner, and nothing below it. */
const REDRAW = "\u001b[H\u001b[J";

const top: Command = {
  usage: "top [<url>]",
  help: `Shows the cached functions of a running program, the ones that save the most first: entries, hits and misses, bytes, time
saved. On a terminal the table is read again every ${EVERY} seconds until Ctrl+C.

<url> is where the program has its panel: ${VITE} by default, which is Vite's dev server; for other
servers see inspectHandler() of cachet/inspect/http. What its guard asks for goes into a header.

      --header <name: value>  sent along, for the guard
      --once                  one table, then the end; so it is in a pipe
      --json                  for machines: one reading as JSON on standard output

Into a pipe one function per line, its fields separated by tabs: id, kind, entries, hits, misses, bytes, milliseconds saved.

Exit codes: 0 shown · 2 nobody answers at the address, or wrong usage.`,
  options: { header: { type: "string" }, once: { type: "boolean" }, json: { type: "boolean" } },
  takes: { least: 0, most: 1 },
  async run({ positionals: [url = VITE], flags }, terminal) {
    const read = () => readState(url, flags["header"] as string | undefined);
    if (flags["json"]) {
      terminal.print(JSON.stringify(await read(), undefined, 2));
      return ExitCode.ok;
    }
    const isLive = terminal.isInteractive && !flags["once"];
    for (;;) {
      const table = describe(await read(), terminal);
      terminal.print(isLive ? `${REDRAW}${table}` : table);
      if (!isLive) return ExitCode.ok;
      await pause(EVERY * 1000);
    }
  },
};

export default top;

async function readState(url: string, header: string | undefined): Promise<RemoteFunction[]> {
  const headers = header === undefined ? [] : [splitHeader(header)];
  if (!URL.canParse(url)) throw new CommandError(`'${url}' is no address.`, HINT);
  const address = `${url.replace(/\/$/, "")}/state`;
  const answer = await fetch(address, { headers }).catch((error: Error) => {
    throw new CommandError(`Nobody answers at ${address}: ${reasonOf(error)}.`, HINT);
  });
  if (answer.status === 403)
    throw new CommandError(`${address} lets nobody in without what its guard asks for.`, HEADER);
  const state: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  if (!Array.isArray(state)) throw new CommandError(`There is no panel at ${address}.`, HINT);
  return state;
}

const HINT = "Give the address of the panel: cachet top http://localhost:3000/__cachet";
const HEADER = 'Send it along: cachet top --header "authorization: Bearer …" <url>';

function splitHeader(header: string): [string, string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
  if (name === undefined || value === undefined) throw new CommandError(`'${header}' is no header.`, HEADER);
  return [name, value];
}

/** What `fetch` hides in the cause of "fetch failed". */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? (cause as NodeJS.ErrnoException).code || cause.message : message;

function describe(functions: readonly RemoteFunction[], terminal: Terminal): string {
  const forPeople = terminal.isInteractive;
  const rows = [...functions]
    .sort((a, b) => b.timeSaved - a.timeSaved || b.hits - a.hits)
    .map(({ id, kind, entries, hits, misses, bytes, timeSaved }) => [
      id,
      kind,
      String(entries),
      String(hits),
      String(misses),
      forPeople ? formatBytes(bytes) : String(bytes),
      forPeople ? formatDuration(timeSaved) : String(Math.round(timeSaved)),
    ]);
  const table = formatTable(terminal, ["ID", "KIND", "ENTRIES", "HITS", "MISSES", "SIZE", "SAVED"], rows);
  if (!forPeople) return table;
  const total = functions.reduce((sum, { timeSaved }) => sum + timeSaved, 0);
  const summary = `${formatCount(functions.length, "function", "functions")}, ${formatDuration(total)} saved`;
  return `${table}\n${terminal.paint("bold", summary)}`;
}
