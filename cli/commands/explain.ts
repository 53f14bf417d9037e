import { statSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { toPosix } from "../../transformer/syntax/paths.ts";
import { type Arguments, type Command, CommandError, ExitCode, PROJECT_HELP, projectOptions } from "../command.ts";
import { describeChange } from "../diff/formats.ts";
import { explainChange } from "../diff/why.ts";
import { reportFindings } from "../findings.ts";
import { formatOptions, paintKind } from "../format.ts";
import { suggest } from "../nearest.ts";
import { type Findings, type Found, Project, treeOf } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { drawTree } from "../tree.ts";

const explain: Command = {
  usage: "explain <file>[#<function>] | --why <hash> <hash>",
  help: `Shows what the code hash of a cached function covers: every declaration that it reaches, the packages with
their versions, assets, and why something counts as a whole. An edit of anything in the tree makes the function cold.
The eight digits change with the thing itself or with anything below it.

The function is named as in its id: src/data.ts#load, src/repo.ts#Repo.get. Without a name: all of the file. An id from
'cachet list' works too.

      --why                 what made the first of two code hashes of a function the second: the declaration, package or
                            asset that changed. Looks at the work tree and at the branch's last 50 commits
${PROJECT_HELP}

Exit codes: 0 shown · 1 a mark in the file is wrong · 2 no such file or function, or a syntax error.`,
  options: { ...projectOptions, why: { type: "boolean" } },
  takes: { least: 1, most: 2 },
  run({ positionals, flags, cwd }, terminal) {
    if (flags["why"]) return explainWhy(positionals, flags, cwd, terminal);
    if (positionals.length > 1)
      throw new CommandError(`cachet explain has no use for '${positionals[1]}'.`, `Usage: cachet ${explain.usage}`);
    const project = new Project(cwd, flags["project"] as string | undefined);
    const { findings, functions } = lookUp(project, cwd, positionals[0] as string, terminal);
    const exitCode = reportFindings(findings, project, terminal);
    if (flags["json"])
      terminal.print(
        JSON.stringify(
          functions.map((fn) => toJson(fn, project)),
          undefined,
          2,
        ),
      );
    else terminal.print(functions.map((fn) => describe(fn, project, terminal)).join("\n\n"));
    return exitCode;
  },
};

export default explain;

function explainWhy(hashes: readonly string[], flags: Arguments["flags"], cwd: string, terminal: Terminal): ExitCode {
  const [one, other] = hashes;
  if (one === undefined || other === undefined)
    throw new CommandError("--why needs two code hashes.", "Usage: cachet explain --why <hash> <hash>");
  const { before, after, changes } = explainChange(cwd, flags["project"] as string | undefined, [one, other]);
  const side = ({ fn, state }: typeof before) => ({ hash: fn.hash, state });
  if (flags["json"]) {
    const report = { id: after.fn.id, before: side(before), after: side(after), changes };
    terminal.print(JSON.stringify(report, undefined, 2));
    return ExitCode.ok;
  }
  const lines = [before, after].map(({ fn, state }) => `${fn.hash}  ${terminal.paint("dim", state)}`);
  const reasons = changes.map((change) => `  ${describeChange(change, terminal)}`);
  terminal.print([terminal.paint("bold", after.fn.id), ...lines, ...reasons].join("\n"));
  return ExitCode.ok;
}

function lookUp(project: Project, cwd: string, wanted: string, terminal: Terminal) {
  const place = readPlace(cwd, wanted);
  if (place) return inFile(project, place.file, place.path, place.name, terminal);
  const path = wanted.split("#", 1)[0] as string;
  const isName = path === wanted;
  const findings = project.find(project.files);
  const functions = findings.functions.filter((fn) => fn.id === wanted || (isName && fn.name === wanted));
  if (functions.length > 0) return { findings: only(findings, functions), functions };
  const known = findings.functions.map((fn) => (isName ? fn.name : fn.id));
  throw new CommandError(
    `There is no file '${path}'.`,
    project.suggestFile(cwd, path) ?? suggest(wanted, known) ?? "See cachet list.",
  );
}

/** `src/a.ts#Repo.#secret`: directories and names may hold a `#` too, so the file system says where the path ends. */
function readPlace(cwd: string, wanted: string): { file: string; path: string; name?: string } | undefined {
  for (let cut = wanted.length; cut > 0; cut = wanted.lastIndexOf("#", cut - 1)) {
    const path = wanted.slice(0, cut);
    const file = toPosix(resolvePath(cwd, path));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    return { file, path, ...(cut < wanted.length && { name: wanted.slice(cut + 1) }) };
  }
  return undefined;
}

function inFile(project: Project, file: string, path: string, name: string | undefined, terminal: Terminal) {
  const findings = project.find([file]);
  const functions = findings.functions.filter((fn) => name === undefined || nameInFile(fn) === name);
  if (functions.length > 0) return { findings, functions };
  reportFindings(findings, project, terminal);
  if (findings.broken.length > 0) throw new CommandError(`${path} can't be parsed.`);
  const known = findings.functions.map(nameInFile);
  if (known.length === 0) throw new CommandError(`${path} has no cached function.`, "Mark one with /** @cacheData */.");
  throw new CommandError(
    `${path} has no cached function '${name}'.`,
    suggest(name ?? "", known) ?? `It has ${known.map((one) => `'${one}'`).join(", ")}.`,
  );
}

/** `Repo.get`, or `load~2` for a second one of that name. */
function nameInFile(fn: Found): string {
  return fn.name + (/~\d+$/.exec(fn.id)?.[0] ?? "");
}

function only(findings: Findings, functions: readonly Found[]): Findings {
  const files = new Set(functions.map((fn) => fn.file));
  return {
    functions: [...functions],
    broken: [],
    diagnostics: findings.diagnostics.filter(({ file }) => files.has(file)),
  };
}

function describe(fn: Found, project: Project, terminal: Terminal): string {
  const options = formatOptions(fn.options);
  const facts = [
    ["kind", paintKind(terminal, fn.kind)],
    ["code hash", fn.hash],
    ["place", `${project.shorten(fn.file)}:${fn.line}:${fn.column}`],
    ["key", fn.parts.join(", ") || "(no arguments)"],
    ...(options ? [["options", options]] : []),
  ] as const;
  const lines = facts.map(([label, value]) => `${terminal.paint("dim", (label as string).padEnd(9))}  ${value}`);
  const tree =
    treeOf(fn).length > 0
      ? drawTree(terminal, treeOf(fn), (file) => project.shorten(file))
      : "Only its own code counts.";
  return `${terminal.paint("bold", fn.id)}\n${lines.join("\n")}\n\n${tree}`;
}

function toJson(found: Found, project: Project): unknown {
  const { file, tree: _, dependencies, ...fn } = found;
  return {
    ...fn,
    file: project.shorten(file),
    dependencies: dependencies.map((dependency) => project.shorten(dependency)),
    tree: treeOf(found).map((node) => ({
      ...node,
      ...(node.file !== undefined && { file: project.shorten(node.file) }),
    })),
  };
}
