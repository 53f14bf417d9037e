import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool, type Tool } from "../matrix.ts";
import { FOR_NODE } from "../program.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("node");
});
afterAll(() => project.remove());

/** Every kind of file that Node's own stripping can't do with: an enum, a parameter property. */
const data = FOR_NODE["src/data.ts"] as string;
const STRIPPED = {
  ...FOR_NODE,
  "src/data.ts": data.replace(
    "constructor(readonly step: number) {}",
    "step: number; constructor(step: number) { this.step = step; }",
  ),
};
const REPORT_TEST = `import { test } from "node:test";
import { report } from "../src/report.ts";
test("reports", async () => { console.log("REPORT " + JSON.stringify(await report())); });
`;
const MOCHA_TEST = REPORT_TEST.replace('import { test } from "node:test";\n', "").replace("test(", "it(");

const node = (version: number, ...args: string[]) => [`node_modules/node-${version}/bin/node`, ...args];
const REGISTER = "--import=cachet/register";
const MAIN = "src/main.ts";

const TOOLS: Record<string, Tool> = {
  ...Object.fromEntries(
    [22, 24, 26].map((version) => [
      `Node ${version}`,
      {
        files: FOR_NODE,
        run: node(version, REGISTER, MAIN),
        dev: node(version, "--watch", REGISTER, MAIN),
      },
    ]),
  ),
  "Node 24, types stripped only": {
    files: STRIPPED,
    run: node(24, REGISTER, MAIN),
  },
  "node:test (24)": {
    files: { ...FOR_NODE, "test/report.test.ts": REPORT_TEST },
    run: node(24, REGISTER, "--test", "--test-reporter=spec", "test/*.test.ts"),
  },
  "tsx, cachet first": { run: node(24, REGISTER, "--import=tsx", MAIN) },
  "tsx, cachet second": { run: node(24, "--import=tsx", REGISTER, MAIN) },
  tsx: { run: ["tsx", REGISTER, MAIN], dev: ["tsx", "watch", REGISTER, MAIN] },
  "tsx, ES modules": { files: FOR_NODE, run: ["tsx", REGISTER, MAIN] },
  mocha: {
    files: { ...FOR_NODE, "test/report.test.ts": MOCHA_TEST },
    run: ["mocha", REGISTER, "test/report.test.ts"],
  },
};

for (const [name, tool] of Object.entries(TOOLS)) describeTool(name, tool, (files) => project.open(files));
