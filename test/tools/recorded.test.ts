import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../adapters/package.ts";
import type { Project } from "../adapters/project.ts";
import { programFor } from "./program.ts";
import { runCommand } from "./spawn.ts";

interface Runner {
  packages: string[];
  files: Record<string, string>;
  /** The test file, its test of `prompt` and one more, both of which take an error for an answer. */
  test: string;
  header: string;
  /** What compiles, if anything does beforehand. */
  build?: string[];
  run: string[];
  /** Runs a part of the tests. */
  part: string[];
  /** How one brings up to date what the runner keeps. */
  update: { args?: string[]; env?: Record<string, string> };
  recordings: string;
}

const CHAT = `import { appendFileSync } from "node:fs";
/** @cacheData */
export async function complete(prompt: string): Promise<{ answer: string }> {
  appendFileSync(process.cwd() + "/asked.txt", prompt + "\\n"); // cachet-allow-impure: stands for a paid service
  return { answer: prompt.toUpperCase() };
}
`;

const body = (prompt: string) => `
const ask = (prompt) => complete(prompt).catch((error) => ({ answer: error.name }));
it("asks", async () => {
  if ((await ask("${prompt}")).answer === "") throw new Error("no answer");
});
it("asks twice", async () => {
  cached(complete).clear();
  if ((await ask("twice")).answer !== (await ask("twice")).answer) throw new Error("another answer");
});
`;

/** Strips types and transforms, as a build does. */
const COMPILE = `import { transform } from "cachet/transformer";
import { transformSync } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
mkdirSync("out", { recursive: true });
for (const name of ["chat", "chat.test"]) {
  const { code } = transform(readFileSync("src/" + name + ".ts", "utf8"), { fileName: process.cwd() + "/src/" + name + ".ts" });
  writeFileSync("out/" + name + ".mjs", transformSync(code, { loader: "ts", format: "esm", target: "es2022" }).code);
}
`;

const RUNNERS: Record<string, Runner> = {
  Vitest: {
    packages: ["vitest"],
    files: {
      "vitest.config.mjs": `import cachet from "cachet/vite";
export default { plugins: [cachet()], test: { include: ["src/*.test.ts"], fileParallelism: false } };
`,
    },
    header: `import { it } from "vitest";
import { cached } from "cachet";
import { recorded } from "cachet/recorded";
import { complete } from "./chat";
recorded(import.meta);
`,
    test: "src/chat.test.ts",
    run: ["node_modules/vitest/vitest.mjs", "run"],
    part: ["-t", "asks twice"],
    update: { args: ["--update"] },
    recordings: "src/__recordings__/chat.test.ts",
  },
  "node:test": {
    packages: ["esbuild"],
    files: { "build.mjs": COMPILE },
    header: `import { it } from "node:test";
import { cached } from "cachet";
import { recorded } from "cachet/recorded";
import { complete } from "./chat.mjs";
recorded(import.meta, { dir: "recordings" });
`,
    test: "src/chat.test.ts",
    build: ["build.mjs"],
    run: ["--test", "--test-reporter=tap"],
    part: ["--test-name-pattern=asks twice"],
    update: { env: { CACHET_UPDATE: "1" } },
    recordings: "recordings",
  },
  Jest: {
    packages: ["jest", "@swc/jest", "@swc/core"],
    files: {
      "jest.config.cjs": `module.exports = {
  cacheDirectory: __dirname + "/.jest", watchman: false,
  transform: { "\\\\.[jt]sx?$": ["cachet/jest", { transformer: ["@swc/jest", { jsc: { target: "es2022" } }] }] },
};
`,
    },
    header: `import { cached } from "cachet";
import { recorded } from "cachet/recorded";
import { complete } from "./chat";
recorded(__filename);
`,
    test: "src/chat.test.ts",
    run: ["node_modules/jest/bin/jest.js"],
    part: ["-t", "asks twice"],
    update: { args: ["--ci=false", "-u"] },
    recordings: "src/__recordings__/chat.test.ts",
  },
};

describe.each(Object.entries(RUNNERS))("recorded() in %s", { timeout: 10 * 60_000 }, (_name, runner) => {
  let project: Project;
  beforeAll(() => {
    buildPackage();
    project = programFor(runner.packages, { ...runner.files, "src/chat.ts": CHAT });
  });
  afterAll(() => project?.remove());

  const asks = async (prompt: string) => {
    project.write({ [runner.test]: runner.header + body(prompt) });
    if (runner.build) expect(await runCommand(project.root, ["node", ...runner.build])).toMatchObject({ code: 0 });
  };
  const run = (args: string[] = [], env: Record<string, string> = {}) => {
    const file = runner.build ? ["out/chat.test.mjs"] : [];
    return runCommand(project.root, ["node", ...runner.run, ...args, ...file], { CI: "", ...env });
  };
  const asked = () => (project.has("asked.txt") ? project.read("asked.txt").trim().split("\n") : []);
  const recorded = () => {
    const dir = join(project.root, runner.recordings);
    if (!existsSync(dir)) return [];
    const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    return files.map((name) => JSON.parse(readFileSync(join(dir, name), "utf8")).call as string).sort();
  };
  const [HELLO, TWICE, BYE] = ["hello", "twice", "bye"].map((prompt) => `complete(prompt: "${prompt}")`);

  it("fails in CI on a miss, though the tests take the error for an answer, and asks nobody", async () => {
    await asks("hello");
    const { code, output } = await run([], { CI: "true" });
    expect(output).toContain(`${HELLO} is not recorded in`);
    expect(code).not.toBe(0);
    expect([asked(), recorded()]).toEqual([[], []]);
  });

  it("records what is missing, once, in a folder of the file, and answers from there", async () => {
    const first = await run();
    expect(first.code, first.output).toBe(0);
    expect([asked(), recorded()]).toEqual([
      ["hello", "twice"],
      [HELLO, TWICE],
    ]);
    const inCi = await run([], { CI: "true" });
    expect(inCi.code, inCi.output).toBe(0);
    expect(asked()).toEqual(["hello", "twice"]);
  });

  it("says which are not used any more, and removes them on an update of all tests", async () => {
    await asks("bye");
    const { code, output } = await run();
    expect(code, output).toBe(0);
    expect(output).toContain("no test used 1 of the recordings");
    expect([asked(), recorded()]).toEqual([
      ["hello", "twice", "bye"],
      [BYE, HELLO, TWICE],
    ]);
    const { args, env } = runner.update;
    const part = await run([...(args ?? []), ...runner.part], env);
    expect(part.code, part.output).toBe(0);
    expect(recorded()).toEqual([BYE, HELLO, TWICE]);
    const whole = await run(args, env);
    expect(whole.code, whole.output).toBe(0);
    expect(recorded()).toEqual([BYE, TWICE]);
    expect(asked()).toEqual(["hello", "twice", "bye"]);
  });
});
