import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import { ESLint as ESLint9 } from "eslint-9";
import svelte from "eslint-plugin-svelte";
import vue from "eslint-plugin-vue";
import { describe, expect, it } from "vitest";
import cachet from "../../editor/eslint.ts";
import { buildPackage } from "../adapters/package.ts";
import { REPOSITORY } from "../adapters/project.ts";
import { project } from "../cli/bin.ts";

const SOURCE = `import { now } from "./now.js";
/** @cacheDta */
export function a() { return 1; }
/** @cacheData({ tll: 1 }) */
export const b = (): number => 1;
`;
const WARNED = `import { now } from "./now.js";
/** @cacheData */
export function c() { return now(); }
/** @cacheData */
export function d() { return Math.random(); }
`;
/** Each mark in a script of its own: one runs once, the other for each instance. */
const COMPONENTS = {
  "src/App.vue": `<script setup lang="ts">
const props = defineProps<{ n: number }>();
/** @cacheDta */
function a() { return props.n; }
</script>
<script lang="ts">
/** @cacheData({ tll: 1 }) */
export function b(n: number) { return n + Math.random(); }
</script>
<template><p>{{ a() }}</p></template>
`,
  "src/App.svelte": `<script module lang="ts">
/** @cacheData({ tll: 1 }) */
export function b(n: number) { return n; }
</script>
<script lang="ts">
let { n }: { n: number } = $props();
/** @cacheDta */
function a() { return n; }
</script>
<p>{a()}</p>
`,
};
const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "src/now.ts": "export const now = () => Date.now();\n",
  "src/wrong.ts": SOURCE,
  "src/warned.ts": WARNED,
};

const shown = (messages: { ruleId: string | null; line: number; column: number; message: string }[]) =>
  messages.map(({ ruleId, line, column, message }) => `${ruleId} ${line}:${column} ${/CACHET\d+/.exec(message)?.[0]}`);

const corrected = (text: string) => text.replace("@cacheDta", "@cacheData").replace("tll", "ttl");

describe("cachet/eslint", () => {
  it.each([
    ["10", ESLint],
    ["9", ESLint9 as unknown as typeof ESLint],
  ])("ESLint %s reports each diagnostic at its place", async (_, Linter) => {
    const directory = project(FILES);
    const linter = (options: object[] = []) =>
      new Linter({
        cwd: directory,
        overrideConfigFile: true,
        overrideConfig: [
          { files: ["**/*.ts"], languageOptions: { parser } },
          cachet.configs.recommended as never,
          { rules: { "cachet/marks": ["error", ...options] } },
        ],
      });
    const [wrong] = await linter().lintFiles(["src/wrong.ts"]);
    expect(shown(wrong?.messages ?? [])).toEqual(["cachet/marks 2:5 CACHET1001", "cachet/marks 4:18 CACHET1008"]);
    expect(wrong?.messages[0]).toMatchObject({ endLine: 2, endColumn: 14 });
    expect(wrong?.messages.map(({ fix }) => fix?.text)).toEqual(["@cacheData", "ttl"]);
    expect(wrong?.messages[1]?.suggestions).toMatchObject([{ desc: "Write ttl", fix: { text: "ttl" } }]);
    const [warned] = await linter().lintFiles(["src/warned.ts"]);
    // What is meant only a person can say.
    expect(warned?.messages[1]).toMatchObject({ suggestions: [{ desc: "Add // cachet-allow-impure" }] });
    expect(warned?.messages.every(({ fix }) => fix === undefined)).toBe(true);
    expect(shown(warned?.messages ?? [])).toEqual(["cachet/marks 2:5 CACHET3003", "cachet/marks 5:30 CACHET3003"]);
    // The helper is another one now, and nobody tells the rule.
    writeFileSync(join(directory, "src/now.ts"), "export const now = () => 1234567;\n");
    const [fresh] = await linter().lintFiles(["src/warned.ts"]);
    expect(shown(fresh?.messages ?? [])).toEqual(["cachet/marks 5:30 CACHET3003"]);
    const [quiet] = await linter([{ warnings: false }]).lintFiles(["src/warned.ts"]);
    expect(quiet?.messages).toEqual([]);
  });

  it("reads the scripts of components, whose parser is their own plugin's", async () => {
    const directory = project({ ...FILES, ...COMPONENTS });
    const linter = new ESLint({
      cwd: directory,
      overrideConfigFile: true,
      overrideConfig: [
        ...(vue.configs["flat/base"] as never[]),
        ...(svelte.configs.base as never[]),
        { files: ["**/*.vue", "**/*.svelte"], languageOptions: { parserOptions: { parser } } },
        cachet.configs.recommended as never,
      ],
      fix: true,
    });
    const [inVue, inSvelte] = await linter.lintFiles(Object.keys(COMPONENTS));
    expect(inSvelte?.output).toBe(corrected(COMPONENTS["src/App.svelte"]));
    expect(inVue?.output).toBe(corrected(COMPONENTS["src/App.vue"]));
    expect(shown(inVue?.messages ?? [])).toEqual(["cachet/marks 8:43 CACHET3003"]);
  });

  const oxlint = (directory: string, ...args: string[]) => {
    const bin = join(REPOSITORY, "node_modules/oxlint/bin/oxlint");
    return spawnSync(process.execPath, [bin, "--format", "unix", ...args], { cwd: directory, encoding: "utf8" });
  };

  it("runs in oxlint", () => {
    buildPackage();
    const directory = project({
      ...FILES,
      ...COMPONENTS,
      ".oxlintrc.json": JSON.stringify({
        jsPlugins: [join(REPOSITORY, "dist/editor/eslint.js")],
        categories: { correctness: "off" },
        rules: { "cachet/marks": "error" },
      }),
    });
    const { stdout, status } = oxlint(directory, "src/wrong.ts");
    expect(stdout).toMatch(/src\/wrong\.ts:2:5: CACHET1001/);
    expect(stdout).toMatch(/src\/wrong\.ts:4:18: CACHET1008/);
    expect(status).toBe(1);
    // Which hands over one script of a component after the other.
    const components = oxlint(directory, ...Object.keys(COMPONENTS)).stdout;
    const places = [...components.matchAll(/src\/\S+ CACHET\d+/g)].map(([place]) => place).sort();
    expect(places).toEqual([
      "src/App.svelte:2:18: CACHET1008",
      "src/App.svelte:7:5: CACHET1001",
      "src/App.vue:3:5: CACHET1001",
      "src/App.vue:7:18: CACHET1008",
    ]);
    oxlint(directory, "--fix", ...Object.keys(COMPONENTS));
    for (const [file, text] of Object.entries(COMPONENTS))
      expect(readFileSync(join(directory, file), "utf8")).toBe(corrected(text));
  });
});
