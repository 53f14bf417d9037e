import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool, type Tool } from "../matrix.ts";
import { FOR_NODE } from "../program.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("runtimes");
});
afterAll(() => project.remove());

const MODULE = { "package.json": FOR_NODE["package.json"] as string };
const BUILD = `import cachet from "cachet/esbuild";
const external = ["cachet", "cachet/internal"];
const options = { entrypoints: ["src/main.ts"], outdir: "out", target: "bun", sourcemap: "linked", external };
const built = await Bun.build({ ...options, plugins: [cachet()] }).catch((error) => { console.error(error); process.exit(1); });
if (!built.success) { console.error(built.logs); process.exit(1); }
`;
const BUN_TEST = `import { test } from "bun:test";
import { report } from "../src/report";
test("reports", async () => { console.log("REPORT " + JSON.stringify(await report())); });
`;

const bun = { losesColumns: true, isNoNode: true };

const TOOLS: Record<string, Tool> = {
  "Bun 1.4": { ...bun, files: MODULE, run: ["bun", "--preload", "cachet/register", "src/main.ts"] },
  "Bun 1.4, bun test": {
    ...bun,
    files: { ...MODULE, "test/report.test.ts": BUN_TEST },
    run: ["bun", "test", "--preload", "cachet/register"],
  },
  "Bun 1.4, Bun.build": {
    ...bun,
    files: { ...MODULE, "build.ts": BUILD },
    build: ["bun", "build.ts"],
    run: ["bun", "out/main.js"],
  },
  "Deno 2.9": {
    isNoNode: true,
    files: {
      ...FOR_NODE,
      "package.json": '{ "name": "shop", "version": "1.0.0", "type": "module", "dependencies": { "cachet": "*" } }',
    },
    run: ["deno", "run", "-A", "--node-modules-dir=manual", "--import", "npm:cachet/register", "src/main.ts"],
  },
};

for (const [name, tool] of Object.entries(TOOLS)) describeTool(name, tool, (files) => project.open(files));
