import { readFileSync, statSync } from "node:fs";
import { relative, resolve as resolvePath } from "node:path";
import type ts from "typescript";
import { loadTypeScript } from "#typescript";
import { toPosix } from "../../transformer/syntax/paths.ts";
import { type Command, CommandError, ExitCode } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { readConfiguration } from "../tsconfig.ts";
import { findUntransformedMarks, type UntransformedMark } from "../untransformed.ts";
import { findUntransformedBySourceMap } from "../untransformed-by-map.ts";

interface Finding extends UntransformedMark {
  /** The built file, relative to where the command was started. */
  file: string;
}

const check: Command = {
  usage: "check [dist…]",
  help: `Looks through built JavaScript for marks that no transform has seen: a plain tsc, a forgotten plugin or a loader
that runs before it. Such a function runs, but is never cached. A step for CI, after the build.

Takes files and directories; by default the outDir of the tsconfig.json, or dist. Where the comments are gone, source
maps tell of the marks: build with them, or keep comments, or a missing transform can't be seen.

  -p, --project <path>  the tsconfig.json to take outDir from, or its directory
      --json            for machines: JSON on standard output

Exit codes: 0 every mark was seen · 1 some were not · 2 no such directory, no JavaScript in it, or wrong usage.`,
  options: { project: { type: "string", short: "p" }, json: { type: "boolean" } },
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  run({ positionals, flags, cwd }, terminal) {
    const api = loadTypeScript();
    const paths = positionals.length > 0 ? positionals : defaultPaths(api, cwd, flags["project"] as string | undefined);
    const files = [...new Set(paths.flatMap((path) => builtFiles(api, cwd, path)))].sort();
    const findings = files.flatMap((file) => examine(api, cwd, file));
    if (flags["json"]) terminal.print(JSON.stringify({ files: files.length, untransformed: findings }, undefined, 2));
    else print(findings, files.length, terminal);
    return findings.length > 0 ? ExitCode.found : ExitCode.ok;
  },
};

export default check;

function defaultPaths(api: typeof ts, cwd: string, project: string | undefined): string[] {
  const { outDirs } = readConfiguration(api, cwd, project);
  const existing = outDirs.filter((directory) => api.sys.directoryExists(directory));
  return existing.length > 0 ? existing : [resolvePath(cwd, "dist")];
}

function builtFiles(api: typeof ts, cwd: string, path: string): string[] {
  const wanted = resolvePath(cwd, path);
  const stats = statSync(wanted, { throwIfNoEntry: false });
  if (!stats) throw new CommandError(`There is no file or directory '${path}'.`, "Name what your build writes.");
  if (stats.isFile()) return [wanted];
  const files = api.sys.readDirectory(wanted, [".js", ".mjs", ".cjs", ".jsx"], ["**/node_modules"], ["**/*"]);
  if (files.length > 0) return files.map((file) => resolvePath(file));
  throw new CommandError(`There is no JavaScript in '${path}'.`, "Build first, or name what your build writes.");
}

/** A file without it needs no parser. Wider than what the transform asks, which passes over its own output. */
const MAY_HAVE_TAG = /@c[a-z]{6,}/i;

function examine(api: typeof ts, cwd: string, file: string): Finding[] {
  const text = readFileSync(file, "utf8");
  const { marks, bodies } = MAY_HAVE_TAG.test(text)
    ? findUntransformedMarks(api, file, text)
    : { marks: [], bodies: [] };
  const byMap = text.includes("sourceMappingURL=") ? findUntransformedBySourceMap(api, file, text, bodies) : [];
  const shorten = (path: string) => toPosix(relative(cwd, path));
  return [...marks, ...byMap].map(({ source, ...mark }) => ({
    file: shorten(file),
    ...mark,
    ...(source !== undefined && { source: shorten(source) }),
  }));
}

function print(findings: readonly Finding[], count: number, terminal: Terminal): void {
  for (const { file, tag, line, column, source } of findings) {
    const place = source === undefined ? `${file}:${line}:${column}` : `${source}:${line}:${column} (in ${file})`;
    terminal.print(`${terminal.paint("red", "untransformed")} ${place} ${tag}`);
  }
  const files = `${count} file${count === 1 ? "" : "s"}`;
  if (findings.length === 0) terminal.print(`${terminal.paint("green", "ok")} No untransformed marks in ${files}.`);
  else {
    const marks = `${findings.length} mark${findings.length === 1 ? "" : "s"}`;
    terminal.complain(
      `${marks} in ${files} went through no transform: add the cachet plugin to the build that wrote them.`,
    );
  }
}
