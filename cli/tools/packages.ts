import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mayHaveMark } from "../../transformer/1-marks/find-marks.ts";
import { toPosix } from "../../transformer/syntax/paths.ts";
import type { TypeScript } from "../../transformer/types.ts";
import { CommandError } from "../command.ts";
import { commandsIn, type ScriptCommand } from "./scripts.ts";

/** A package of the project: the one at its root, or one of its workspaces. */
export interface Package {
  name: string;
  /** Absolute, with `/`. */
  directory: string;
  manifest: Manifest;
  /** Names of the files in its directory. */
  files: string[];
  commands: ScriptCommand[];
  /** Sources with marks, absolute. */
  marked: string[];
}

export interface Manifest {
  name?: string;
  workspaces?: string[] | { packages?: string[] };
  scripts?: Record<string, unknown>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [key: string]: unknown;
}

const SOURCES = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".astro"];
const NOT_SOURCES = ["**/node_modules", "**/dist", "**/build", "**/out", "**/coverage", "**/.*/"];

/** The package around a directory and, where it is a monorepo's root, its workspaces. */
export function readPackages(api: TypeScript, cwd: string): Package[] {
  const root = packageAround(cwd);
  const manifest = readManifest(join(root, "package.json"));
  const patterns = workspacePatterns(root, manifest).map((pattern) => `${pattern.replace(/\/$/, "")}/package.json`);
  const found = patterns.length > 0 ? api.sys.readDirectory(root, [".json"], ["**/node_modules"], patterns) : [];
  const directories = [root, ...found.map((file) => dirname(file))];
  return [...new Set(directories)].map((directory) => readPackage(api, directory, directories));
}

function packageAround(cwd: string): string {
  for (let at = toPosix(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (dirname(at) === at) throw new CommandError(`There is no package.json in ${cwd} or above it.`);
  }
}

function workspacePatterns(root: string, { workspaces }: Manifest): string[] {
  const listed = Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? []);
  const pnpm = join(root, "pnpm-workspace.yaml");
  if (!existsSync(pnpm)) return listed;
  const section = /^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(readFileSync(pnpm, "utf8"))?.[1] ?? "";
  const globs = [...section.matchAll(/^[ \t]*-[ \t]*["']?([^"'\n#]+?)["']?[ \t]*$/gm)].map(
    (match) => match[1] as string,
  );
  return [...listed, ...globs.filter((glob) => !glob.startsWith("!"))];
}

function readPackage(api: TypeScript, directory: string, all: readonly string[]): Package {
  const manifest = readManifest(join(directory, "package.json"));
  const nested = all.filter((other) => other.startsWith(`${directory}/`));
  const isOwn = (file: string) => !nested.some((other) => file.startsWith(`${other}/`));
  const sources = api.sys.readDirectory(directory, SOURCES, NOT_SOURCES, ["**/*"]).filter(isOwn);
  const files = readdirSync(directory);
  const name = manifest.name ?? (directory.split("/").at(-1) as string);
  const commands = commandsIn(manifest.scripts ?? {});
  return { name, directory, manifest, files, commands, marked: sources.filter(isMarked) };
}

function isMarked(file: string): boolean {
  return mayHaveMark(readFileSync(file, "utf8"));
}

function readManifest(path: string): Manifest {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Manifest;
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`);
  }
}

/** All direct dependencies. */
export function dependenciesOf({ manifest }: Package): Record<string, string> {
  return { ...manifest.dependencies, ...manifest.devDependencies };
}

/**
 * The packages that cachet matters to: those with marks, those that depend on cachet, and those that compile the
 * sources of either because they depend on them.
 */
export function affectedPackages(packages: readonly Package[]): Package[] {
  const found = new Set(packages.filter((one) => one.marked.length > 0 || "cachet" in dependenciesOf(one)));
  for (const one of found) {
    for (const other of packages) if (one.name in dependenciesOf(other)) found.add(other);
  }
  return packages.filter((one) => found.has(one));
}
