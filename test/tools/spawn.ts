import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, type Outcome } from "../adapters/project.ts";

/** A command of a project: `node`, or the name of a command that one of its packages brings; then arguments. */
export type Command = readonly string[];

export interface Spied extends Outcome {
  /** Whether any Node process of the run loaded the transform, and with it the parser. */
  transformed: boolean;
}

/** Writes down at a process's end whether it loaded the transform. */
const SPY = `process.on("exit", () => {
  const files = Object.keys(require("node:module")._cache ?? {});
  const loaded = files.some((file) => /dist[\\\\/]node[\\\\/]tools[\\\\/]transform-parts\\.js$/.test(file));
  require("node:fs").appendFileSync(process.env.SPY_FILE, loaded + "\\n");
});
`;

const QUIET = {
  CI: "true",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  NG_CLI_ANALYTICS: "false",
};

/** What a command of the project is started with. */
function environmentOf(root: string, more: Record<string, string>): NodeJS.ProcessEnv {
  return environment({ ...QUIET, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`, ...more });
}

/** Runs a command to its end. */
export async function runCommand(
  root: string,
  [program = "node", ...args]: Command,
  env: Record<string, string> = {},
): Promise<Spied> {
  const folder = mkdtempSync(join(tmpdir(), "cachet-spy-"));
  const [spy, spied] = [join(folder, "spy.cjs"), join(folder, "spied.txt")];
  writeFileSync(spy, SPY);
  writeFileSync(spied, "");
  const spying = { SPY_FILE: spied, NODE_OPTIONS: `--require ${spy}` };
  const options = { cwd: root, env: environmentOf(root, { ...spying, ...env }), maxBuffer: 1 << 26, timeout: 280_000 };
  const outcome = await new Promise<Outcome>((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) || 1 : 0;
      resolve({ code, output: stdout + stderr + (error && code === 1 && !stdout && !stderr ? error.message : "") });
    });
  });
  const transformed = readFileSync(spied, "utf8").includes("true");
  rmSync(folder, { recursive: true, force: true });
  return { ...outcome, transformed };
}

/** A server that a command has started. */
export class Server {
  readonly #child: ChildProcess;
  output = "";
  #ended: number | undefined;

  constructor(root: string, [program = "node", ...args]: Command, env: Record<string, string> = {}) {
    this.#child = spawn(program, args, { cwd: root, env: environmentOf(root, env), detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (data) => (this.output += String(data)));
    this.#child.on("error", (error) => (this.output += error.message));
    this.#child.on("exit", (code) => (this.#ended = code ?? 1));
  }

  /** Asks until the answer is one that is waited for. */
  async ask(url: string, isRight: (answer: string) => boolean, seconds = 120): Promise<string> {
    let last = "no answer";
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).then(
        (response) => response.text(),
        (error) => String(error),
      );
      if (isRight(answer)) return answer;
      last = answer;
      if (this.#ended !== undefined) throw new Error(`The server ended with ${this.#ended}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    throw new Error(
      `No right answer from ${url} in ${seconds} s, the last one: ${last.slice(0, 3000)}\n${this.output}`,
    );
  }

  /** Waits until what it prints is what is waited for. */
  async printed(isRight: (output: string) => boolean, seconds = 120): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      if (isRight(this.output)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Not printed in ${seconds} s: ${this.output}`);
  }

  /** With all that it has started. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined || this.#child.pid === undefined) return;
    const gone = new Promise((resolve) => this.#child.on("exit", resolve));
    process.kill(-this.#child.pid, "SIGKILL");
    await gone;
  }
}
