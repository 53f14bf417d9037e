import { createManifest, printManifest } from "../../transformer/reports/manifest.ts";
import { type Command, PROJECT_HELP, projectOptions } from "../command.ts";
import { reportFindings } from "../findings.ts";
import { formatOptions, paintKind } from "../format.ts";
import { type Found, Project } from "../project.ts";
import { showPattern, type TagUse, type TagUses, tagUses, unmatchedTags } from "../tags.ts";
import { formatTable, type Terminal } from "../terminal.ts";

const list: Command = {
  usage: "list [paths…]",
  help: `Lists the cached functions of the project, or of the given files and directories.

${PROJECT_HELP} (the same as a build's manifest)

On a terminal a table; into a pipe one function per line, its fields separated by tabs:
id, kind, code hash, options, place. A terminal also tells who clears what.

A tag that nothing clears, or that is cleared and that nothing has, is warned about on standard error where the whole project is
listed, as far as tags stand in the code; templates count by their beginning.

Exit codes: 0 listed · 1 a mark is wrong (said on standard error) · 2 a file can't be parsed, or wrong usage.`,
  options: projectOptions,
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  run({ positionals, flags, cwd }, terminal) {
    const project = new Project(cwd, flags["project"] as string | undefined);
    const findings = project.find(project.select(cwd, positionals));
    const exitCode = reportFindings(findings, project, terminal);
    if (flags["json"]) {
      terminal.print(printManifest(createManifest(findings.functions, project.configuration.root)).trimEnd());
      return exitCode;
    }
    if (findings.functions.length === 0) {
      if (terminal.isInteractive) terminal.complain("No cached functions.");
      return exitCode;
    }
    const rows = findings.functions.map((fn) => [
      fn.id,
      paintKind(terminal, fn.kind),
      terminal.paint("dim", fn.hash),
      formatOptions(fn.options),
      `${project.shorten(fn.file)}:${fn.line}:${fn.column}`,
    ]);
    terminal.print(formatTable(terminal, ["ID", "KIND", "CODE HASH", "OPTIONS", "PLACE"], rows));
    // What other files set and clear is known only where all are looked at.
    if (positionals.length === 0) tellOfTags(project, findings.functions, terminal);
    return exitCode;
  },
};

/** Who clears what, for people; and tags that only one side knows of, which is likely a slip. */
function tellOfTags(project: Project, functions: readonly Found[], terminal: Terminal): void {
  const uses = tagUses(project, functions, (file) => project.textOf(file));
  const clearing = functions.filter(({ kind }) => kind === "clears");
  if (terminal.isInteractive && clearing.length + uses.cleared.length > 0) {
    const byMark = clearing.map((fn) => `${fn.name}() clears ${whatItClears(fn, uses)}`);
    const byCall = uses.cleared.filter(({ by, place }) => by === place).map((use) => `${use.by} clears ${tagsOf(use)}`);
    terminal.print(["", ...new Set([...byMark, ...byCall])].join("\n"));
  }
  for (const warning of unmatchedTags(uses)) {
    terminal.complain(`${terminal.paintComplaint("yellow", "warning")} ${warning}`);
  }
}

function whatItClears({ name, options }: Found, { cleared }: TagUses): string {
  const listed = options["functions"] === undefined ? [] : [String(options["functions"]).replace(/^\[|\]$/g, "")];
  const use = options["tags"] === undefined ? undefined : cleared.find(({ by }) => by === `${name}()`);
  return [...listed, ...(use ? [tagsOf(use)] : [])].join(" and ");
}

const tagsOf = ({ patterns }: TagUse): string => `the tags ${[...new Set(patterns.map(showPattern))].join(", ")}`;

export default list;
