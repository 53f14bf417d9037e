import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool } from "../matrix.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("jest");
});
afterAll(() => project.remove());

const TEST = `import { report } from "../src/report";
test("reports", async () => { process.stdout.write("REPORT " + JSON.stringify(await report()) + "\\n"); });
`;
const TSCONFIG = `{ module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0", target: "es2022", types: [], rootDir: "." }`;

/** What Jest hands the code to, and whether that loads TypeScript itself. */
const TRANSFORMERS: Record<string, string> = {
  "Jest 30 with ts-jest": `["ts-jest", { tsconfig: ${TSCONFIG}, diagnostics: false }]`,
  "Jest 30 with ts-jest, isolated modules": `["ts-jest", { tsconfig: { ...${TSCONFIG}, isolatedModules: true }, diagnostics: false }]`,
  "Jest 30 with babel-jest":
    '["babel-jest", { presets: [["@babel/preset-env", { targets: { node: "current" } }], "@babel/preset-typescript"] }]',
};

for (const [name, transformer] of Object.entries(TRANSFORMERS))
  describeTool(
    name,
    {
      files: {
        "jest.config.js": `module.exports = {
  cacheDirectory: __dirname + "/.jest", watchman: false,
  transform: { "\\\\.[jt]sx?$": ["cachet/jest", { transformer: ${transformer} }] },
};
`,
        "test/report.test.ts": TEST,
      },
      run: ["jest", "--silent=false"],
    },
    (files) => project.open(files),
  );
