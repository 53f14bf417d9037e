import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { CommandError } from "./command.ts";
import type { Overlay } from "./project.ts";

/** The sources of a repository as a commit has them, in a directory of their own. */
export interface Checkout {
  /** Stands for the directory where the command was started. */
  cwd: string;
  /** The commit's full name. */
  commit: string;
  /** The repository's own directory. */
  top: string;
  /** Makes a project read this checkout instead of the work tree. */
  overlay: Overlay;
  remove(): void;
}

/**
 * Writes a commit's files to a temporary directory, so that a project there is found and resolved like any other.
 * Installed packages are linked from the work tree, and npm's lock file tells the versions that the commit had.
 * The repository's own index is left alone.
 */
export function checkOut(cwd: string, ref: string): Checkout {
  const top = findTop(cwd);
  const commit = findCommit(top, ref);
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "cachet-diff-")));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const tree = join(directory, "tree");
  try {
    const env = { ...process.env, GIT_INDEX_FILE: join(directory, "index") };
    mkdirSync(tree);
    git(top, ["-c", "core.sparseCheckout=false", "read-tree", commit], env);
    git(top, ["checkout-index", "--all", "--quiet", `--prefix=${tree}${sep}`], env);
    linkPackages(top, tree);
  } catch (error) {
    remove();
    throw error;
  }
  const inTree = join(tree, relative(top, realpathSync(cwd)));
  if (!existsSync(inTree)) {
    remove();
    throw new CommandError(`${relative(top, realpathSync(cwd))} does not exist at ${ref}.`);
  }
  return {
    cwd: inTree,
    commit,
    top,
    remove,
    overlay: { resolved: (file) => toTree(file, top, tree), read: lockedVersions(tree) },
  };
}

function findTop(cwd: string): string {
  try {
    return realpathSync(git(cwd, ["rev-parse", "--show-toplevel"]).trimEnd());
  } catch (error) {
    if (error instanceof CommandError && /not a git repository/.test(error.message)) {
      throw new CommandError(`${cwd} is not in a git repository.`, "cachet diff compares with a commit of one.");
    }
    throw error;
  }
}

function findCommit(top: string, ref: string): string {
  try {
    return git(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]).trim();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const isShallow = existsSync(join(top, ".git", "shallow"));
    const hint = isShallow ? "This clone is shallow: fetch more of its history." : "Name a commit, branch or tag.";
    throw new CommandError(`git knows no commit '${ref}'.`, hint);
  }
}

function git(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  try {
    return execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: "pipe", maxBuffer: 1 << 30 });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code === "ENOENT") throw new CommandError("There is no git to run.");
    throw new CommandError(`git ${args[0]} failed: ${stderr?.trim() || (error as Error).message}`);
  }
}

/** `node_modules` is in no commit: every one of the work tree's gets a link at its place. */
function linkPackages(top: string, tree: string): void {
  const visit = (path: string): void => {
    const installed = join(top, path, "node_modules");
    const place = join(tree, path, "node_modules");
    if (existsSync(installed) && !existsSync(place)) symlinkSync(installed, place, "junction");
    for (const entry of readdirSync(join(tree, path), { withFileTypes: true })) {
      if (entry.isDirectory() && entry.name !== "node_modules") visit(join(path, entry.name));
    }
  };
  visit("");
}

/** A workspace package is a link into the work tree, but its sources are those of the commit. */
function toTree(file: string, top: string, tree: string): string {
  const inside = relative(top, file).split(sep).join("/");
  const isOwn = !inside.startsWith("..") && !/(?:^|\/)node_modules\//.test(inside) && !file.startsWith(`${tree}${sep}`);
  const moved = join(tree, inside);
  return isOwn && existsSync(moved) ? moved.split(sep).join("/") : file;
}

/** Versions that the commit's `package-lock.json` names, in place of those installed now. */
function lockedVersions(tree: string): NonNullable<Overlay["read"]> {
  const packages = readLock(join(tree, "package-lock.json"));
  return (file, answer) => {
    if (!answer || !file.endsWith("/package.json") || !file.includes("/node_modules/")) return answer;
    const version =
      packages[
        relative(tree, file)
          .split(sep)
          .join("/")
          .replace(/\/package\.json$/, "")
      ]?.version;
    if (version === undefined) return answer;
    try {
      return JSON.stringify({ ...JSON.parse(new TextDecoder().decode(answer)), version });
    } catch {
      return answer;
    }
  };
}

function readLock(file: string): Record<string, { version?: string }> {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/** The newest commits of the branch, the newest first. */
export function recentCommits(cwd: string, most: number): string[] {
  return git(findTop(cwd), ["log", "--format=%H", `--max-count=${most}`])
    .split("\n")
    .filter(Boolean);
}
