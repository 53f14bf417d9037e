import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { loadTypeScript } from "#typescript";
import { toPosix } from "../../transformer/syntax/paths.ts";
import { type Command, ExitCode } from "../command.ts";
import { type Finding, findToolsInUse } from "../tools/tools-in-use.ts";
import { changeFor } from "../tools/write-line.ts";
import { describeFinding } from "./doctor.ts";

const init: Command = {
  usage: "init [--dry-run]",
  help: `Finds out which tools the project uses, as 'cachet doctor' does, and adds the cachet plugin to each that has none:
where the place is clear it is written, elsewhere the line to add is printed.

      --dry-run  says what it would write, and writes nothing

Exit codes: 0 every tool carries the plugin now · 1 something is left for you to add · 2 there is no package.json, or
wrong usage.`,
  options: { "dry-run": { type: "boolean" } },
  takes: { least: 0, most: 0 },
  run({ flags, cwd }, terminal) {
    const api = loadTypeScript();
    const seen = new Set<string>();
    const left: Finding[] = [];
    // One at a time: two tools may share a file, and the second must see it as the first left it.
    for (;;) {
      const next = findToolsInUse(api, cwd).find((one) => one.state === "missing" && !seen.has(keyOf(one)));
      if (next === undefined) break;
      seen.add(keyOf(next));
      const change = changeFor(api, next);
      if (!change) {
        left.push(next);
        continue;
      }
      const file = toPosix(relative(cwd, change.file));
      if (!flags["dry-run"]) writeFileSync(change.file, change.text);
      terminal.print(`${flags["dry-run"] ? "would write" : "wrote"} ${file} for ${next.tool.name}`);
    }
    for (const finding of left) terminal.print(describeFinding(finding, cwd, terminal));
    if (seen.size === 0) terminal.print("Nothing to do: every tool in use carries the plugin.");
    return left.length > 0 ? ExitCode.found : ExitCode.ok;
  },
};

export default init;

/** By what stays the same while scripts are rewritten. */
function keyOf({ tool, package: { directory }, command }: Finding): string {
  return `${directory} ${tool.name} ${command?.script ?? ""} ${command?.words.at(-1) ?? ""}`;
}
