import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs Node at the root of the repository and returns what it printed. */
export async function runNode(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { FORCE_COLOR: _, CACHET_DISABLE: __, ...env } = process.env;
  return promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 });
}

/** The steps of one example, with results as text. */
export interface PlayedExample {
  file: string;
  steps: { call: string; runs: string[]; result: string }[];
}

/** Plays the compiled examples in a Node process that knows nothing of this test runner. */
export async function playCompiled(): Promise<PlayedExample[]> {
  const program = `
    import { describeResult, examples, play } from "./.cache/playground/examples/index.js";
    const played = [];
    for (const example of examples) {
      const steps = await play(example);
      const told = steps.map(({ call, runs, result }) => ({ call, runs, result: describeResult(result) }));
      played.push({ file: example.file, steps: told });
    }
    console.log(JSON.stringify(played));`;
  const { stdout } = await runNode("--input-type=module", "--eval", program);
  return JSON.parse(stdout) as PlayedExample[];
}
