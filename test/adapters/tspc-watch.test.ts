import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { type Compiler, createProject, definitionsIn, environment, type Project, tspcCommand } from "./project.ts";

const COMPILERS: (Compiler & { title: string })[] = [
  { title: "TypeScript 5.9 with ts-patch 3", typescript: "typescript-5.9", tsPatch: "ts-patch" },
  { title: "TypeScript 6.0 with ts-patch 4", typescript: "typescript", tsPatch: "ts-patch-4" },
];
const RUNS = COMPILERS.flatMap((compiler) => [
  { ...compiler, mode: "--watch", args: ["--watch"], outDir: "watch" },
  { ...compiler, mode: "-b --watch", args: ["-b", "--watch"], outDir: "build" },
]);

const CONSTANTS = "export const RATE = 2;\n";
const HELPER = 'import { RATE } from "./constants.js";\nexport const scale = (n: number): number => n * RATE;\n';
const MARKED = `import { scale } from "./helper.js";
/** @cacheData */
export function load(id: number): number { return scale(id); }
/** @cacheData */
export function plain(id: number): number { return id; }
`;
const REFORMATTED = `import { scale } from './helper.js'
export const reformatted = true
/**
 * Loads.
 * @cacheData
 */
export function load(
  id: number
): number {
  // as before
  return (scale(id))
}
/** @cacheData */
export function plain(id: number): number { return id; }
`;

const config = (outDir: string, composite: boolean, root?: string) =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      rootDir: "src",
      outDir,
      composite,
      types: [],
      lib: ["es2022", "dom"],
      plugins: [{ transform: "cachet/transformer", transformProgram: true, ...(root && { root }) }],
    },
    include: ["src"],
  });

let project: Project;
let compiler: ChildProcess | undefined;
let output = "";

beforeAll(() => {
  buildPackage();
  // Without a name in it the ids are relative to `root`, the plugin's option.
  project = createProject({ "package.json": '{ "type": "module" }' });
});
afterEach(async () => {
  if (!compiler || compiler.exitCode !== null) return;
  const ended = new Promise((resolve) => compiler?.once("exit", resolve));
  compiler.kill();
  await ended;
});
afterAll(() => project.remove());

/** A watcher may start only after its first build was reported, so an edit is saved again until it was seen. */
async function until(file: string, holds: (code: string) => boolean, edits: Record<string, string>): Promise<string[]> {
  for (let tries = 0; tries < 600; tries++) {
    if (tries % 40 === 0) project.write(edits);
    const code = project.has(file) ? project.read(file) : "";
    if (definitionsIn(code).length === 2 && holds(code)) return definitionsIn(code);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${file} was not emitted as expected:\n${project.has(file) ? project.read(file) : output}`);
}

describe.each(RUNS)("$title $mode", ({ args, outDir, ...tools }) => {
  it("emits the new hashes of what an edit reaches, and the same ones after a reformat", async () => {
    const composite = args.includes("-b");
    const folder = `${outDir}-${tools.typescript}`;
    const emitted = `${folder}/marked.js`;
    project.write({
      "src/constants.ts": CONSTANTS,
      "src/helper.ts": HELPER,
      "src/marked.ts": MARKED,
      "tsconfig.json": config(folder, composite),
    });
    const command = tspcCommand(tools, [...args, "--preserveWatchOutput"]);
    compiler = spawn(process.execPath, command.args, { cwd: project.root, env: environment(command.env) });
    output = "";
    for (const stream of [compiler.stdout, compiler.stderr]) stream?.on("data", (text) => (output += text));
    const differsFrom = (known: string[]) => (code: string) => String(definitionsIn(code)) !== String(known);

    const first = await until(emitted, () => true, {});
    const edited = await until(emitted, differsFrom(first), {
      "src/marked.ts": MARKED.replace("scale(id)", "-scale(id)"),
    });
    expect(edited.filter((line) => !first.includes(line))).toHaveLength(1);

    const back = await until(emitted, differsFrom(edited), { "src/marked.ts": MARKED });
    expect(back).toEqual(first);

    const far = await until(emitted, differsFrom(first), { "src/constants.ts": CONSTANTS.replace("2", "3") });
    expect(far.filter((line) => !first.includes(line)).map((line) => line.split(" ")[0])).toEqual([
      expect.stringMatching(/#load$/),
    ]);

    const reformatted = await until(emitted, (code) => code.includes("reformatted"), { "src/marked.ts": REFORMATTED });
    expect(reformatted).toEqual(far);

    const root = `${project.root}/src`;
    const moved = await until(emitted, differsFrom(far), { "tsconfig.json": config(folder, composite, root) });
    expect(moved.map((line) => line.split("#")[0])).not.toEqual(far.map((line) => line.split("#")[0]));
  }, 300_000);
});
