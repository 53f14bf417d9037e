import { createManifest, printManifest } from "../../transformer/reports/manifest.ts";
import { type Command, PROJECT_HELP, projectOptions } from "../command.ts";
import { complainAbout } from "../findings.ts";
import { formatOptions, paintKind } from "../format.ts";
import { Project } from "../project.ts";
import { formatTable } from "../terminal.ts";

const list: Command = {
  usage: "list [paths…]",
  help: `Lists the cached functions of the project, or of the given files and directories.

${PROJECT_HELP} (the same as a build's manifest)

On a terminal a table; into a pipe one function per line, its fields separated by tabs:
id, kind, code hash, options, place.

Exit codes: 0 listed · 1 a mark is wrong (said on standard error) · 2 a file can't be parsed, or wrong usage.`,
  options: projectOptions,
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  run({ positionals, flags, cwd }, terminal) {
    const project = new Project(cwd, flags["project"] as string | undefined);
    const findings = project.find(project.select(cwd, positionals));
    const exitCode = complainAbout(findings, project, terminal);
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
    return exitCode;
  },
};

export default list;
