import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { onTestFinished } from "vitest";
import type { main as Main } from "../../cli/main.ts";
import type { Terminal } from "../../cli/terminal.ts";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const CUT_PARSER = pathToFileURL(join(PACKAGE, "scripts/cut-parser.mjs")).href;
const FOLDERS = ["cli", "editor", "transformer", "runtime"];

/**
 * Builds the package as it is shipped, file by file without a type check, into a directory of its own: `dist` may be
 * missing, old, or be written by somebody else meanwhile. Test files share one build of the same sources.
 */
export function buildPackage(): string {
  built ??= build();
  return built;
}

let built: string | undefined;

function build(): string {
  const files = FOLDERS.flatMap((folder) => sourcesIn(join(PACKAGE, folder)));
  const texts = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
  const hash = createHash("sha256")
    .update(JSON.stringify([...texts]))
    .update(readFileSync(join(PACKAGE, "package.json")))
    .update(readFileSync(join(PACKAGE, "scripts/cut-parser.mjs")));
  const directory = join(realpathSync(tmpdir()), `cachet-build-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  const fresh = mkdtempSync(`${directory}-`);
  for (const [file, text] of texts) {
    const out = join(fresh, "dist", relative(PACKAGE, file).replace(/\.ts$/, ".js"));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, compile(file, text));
  }
  cpSync(join(PACKAGE, "package.json"), join(fresh, "package.json"));
  const script = `import { cutParser } from ${JSON.stringify(CUT_PARSER)};\nawait cutParser(${JSON.stringify(join(fresh, "dist"))});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
  symlinkSync(join(PACKAGE, "node_modules"), join(fresh, "node_modules"), "junction");
  try {
    renameSync(fresh, directory);
  } catch {
    // Another test file was faster.
    rmSync(fresh, { recursive: true, force: true });
  }
  return directory;
}

function sourcesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => join(directory, file))
    .sort();
}

function compile(fileName: string, text: string): string {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command's own entry in this process: a process each would take most of a test's time. */
export async function cachet(cwd: string, ...args: string[]): Promise<Outcome> {
  const url = pathToFileURL(join(buildPackage(), "dist/cli/main.js")).href;
  const { main } = (await import(/* @vite-ignore */ url)) as { main: typeof Main };
  const lines = { stdout: "", stderr: "" };
  const terminal: Terminal = {
    isInteractive: false,
    print: (text) => void (lines.stdout += `${text}\n`),
    complain: (text) => void (lines.stderr += `${text}\n`),
    paint: (_style, text) => text,
    paintComplaint: (_style, text) => text,
  };
  const code = await main(args, terminal, cwd);
  return { code, ...lines };
}

/** Runs the command as a shell would. */
export function runBin(env: Record<string, string>, cwd: string, ...args: string[]): Outcome {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const bin = join(buildPackage(), "dist/cli/index.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    env: { ...inherited, ...env },
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** A project in a temporary directory that goes with the test. */
export function project(files: Record<string, string>): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "cachet-cli-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  write(directory, files);
  return directory;
}

export function write(directory: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Makes everything in a directory one commit. */
export function commit(directory: string, message = "state"): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "pipe" });
  if (!existsSync(join(directory, ".git"))) {
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "test");
    git("config", "user.email", "test@example.com");
    git("config", "commit.gpgsign", "false");
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
}
