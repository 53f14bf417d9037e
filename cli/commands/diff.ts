import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { toPosix } from "../../transformer/syntax/paths.ts";
import { type Command, CommandError, ExitCode, PROJECT_HELP, projectOptions } from "../command.ts";
import { compare } from "../diff/difference.ts";
import { FORMATS } from "../diff/formats.ts";
import { reportFindings } from "../findings.ts";
import { checkOut } from "../git.ts";
import { suggest } from "../nearest.ts";
import { Project } from "../project.ts";

const diff: Command = {
  usage: "diff [<git ref>] [--format markdown]",
  help: `Compares the work tree with a commit, branch or tag (HEAD by default): which cached functions go cold, because
their code hash changed, and which declaration, package or asset is to blame.

      --format <name>       text, json, markdown (for a comment on a pull request) or github (annotations in a workflow)
${PROJECT_HELP}

Package versions at the ref come from its package-lock.json; without one, those installed now count for both sides.

Exit codes: 0 nothing goes cold · 1 something does · 2 no such ref, no git repository, or a file can't be parsed.`,
  options: { ...projectOptions, format: { type: "string" } },
  takes: { least: 0, most: 1 },
  run({ positionals, flags, cwd }, terminal) {
    const ref = positionals[0] ?? "HEAD";
    const path = flags["project"] as string | undefined;
    const format = formatOf(flags["format"] as string | undefined, flags["json"] === true);
    const project = new Project(cwd, path);
    const checkout = checkOut(cwd, ref);
    try {
      const findings = project.find(project.files);
      const old = new Project(checkout.cwd, path, checkout.overlay);
      const before = old.find(old.files);
      const errors = findings.diagnostics.filter(({ severity }) => severity === "error");
      const problem = reportFindings({ ...findings, diagnostics: errors }, project, terminal);
      for (const text of before.broken) terminal.complain(`${terminal.paintComplaint("yellow", "at")} ${ref}: ${text}`);
      const shorten = { old: (file: string) => old.shorten(file), now: (file: string) => project.shorten(file) };
      const difference = compare(before, findings, shorten);
      const inRepository = toPosix(relative(checkout.top, realpathSync(project.configuration.root)));
      const prefix = inRepository === "" ? "" : `${inRepository}/`;
      terminal.print(format({ difference, ref, commit: checkout.commit, shorten, prefix, terminal }));
      if (problem === ExitCode.failed) return problem;
      return difference.cold.length + difference.moved.length > 0 ? ExitCode.found : problem;
    } finally {
      checkout.remove();
    }
  },
};

export default diff;

function formatOf(name: string | undefined, isJson: boolean) {
  const wanted = name ?? (isJson ? "json" : "text");
  const format = Object.hasOwn(FORMATS, wanted) ? FORMATS[wanted] : undefined;
  if (format) return format;
  const names = Object.keys(FORMATS);
  throw new CommandError(
    `There is no format '${wanted}'.`,
    suggest(wanted, names) ?? `Write one of ${names.join(", ")}.`,
  );
}
