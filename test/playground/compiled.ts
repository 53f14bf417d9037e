import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The steps of one example, with results as text. */
export interface PlayedExample {
  file: string;
  steps: { call: string; runs: string[]; result: string }[];
}

/** Compiles the examples with `tspc` and plays them in a Node process that knows nothing of this test runner. */
export async function playCompiled(): Promise<PlayedExample[]> {
  if (!existsSync(`${root}dist/transformer/index.js`))
    await run(process.execPath, ["scripts/build.mjs"], { cwd: root });
  const told = await run(process.execPath, ["node_modules/ts-patch/bin/tspc.js", "-p", "playground/tsconfig.json"], {
    cwd: root,
  });
  if (told.stdout + told.stderr !== "")
    throw new Error(`the examples compile with words:\n${told.stdout}${told.stderr}`);
  const program = `
    import { inspect } from "node:util";
    import { examples, play } from "./.cache/playground/examples/index.js";
    const played = [];
    for (const example of examples) {
      const steps = await play(example);
      const told = steps.map(({ call, runs, result }) => ({ call, runs, result: inspect(result, { depth: 1 }) }));
      played.push({ file: example.file, steps: told });
    }
    console.log(JSON.stringify(played));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as PlayedExample[];
}
