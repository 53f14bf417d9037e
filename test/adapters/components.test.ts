import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import { build, createLogger, createServer, type InlineConfig } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, type Project, REPOSITORY } from "./project.ts";

const CALLS = `let shown: string;
try {
  compute(1);
  shown = [cached(compute).codeHash, compute(1), read(1)].join(" ");
} catch (error) {
  shown = String(error);
}`;

const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "Typed.vue": `<script setup lang="ts">
import { cached } from "cachet";
import { ref } from "vue";
const props = defineProps<{ start: number }>();
const count = ref(props.start);
/** @cacheData */
function compute(a: number): number { return a + props.start; }
/** @cacheData */
function read(a: number): number { return a - count.value; }
${CALLS}
</script>
<template><p>{{ shown }}</p></template>
`,
  "Plain.vue": `<template><p>{{ shown }}</p></template>
<script setup>
import { cached } from "cachet";
import { scale } from "./helper.js";
const { start } = defineProps({ start: Number });
/** @cacheData */
function compute(a) { return a + start; }
/** @cacheData */
const read = (a) => scale(a) - start;
${CALLS.replace(": string", "")}
</script>
`,
  "App.svelte": `<script lang="ts">
import { cached } from "cachet";
let { start }: { start: number } = $props();
let count = $state(start);
/** @cacheData */
function compute(a: number): number { return a + start; }
/** @cacheData */
function read(a: number): number { return a - count; }
${CALLS}
</script>
<p>{shown}</p>
`,
  "helper.js": "export const scale = (n) => n;\n",
  "main.ts": `import { render } from "svelte/server";
import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import Svelte from "./App.svelte";
import Plain from "./Plain.vue";
import Typed from "./Typed.vue";
export async function show() {
  const shown: string[] = [];
  for (const start of [4, 103]) {
    for (const component of [Typed, Plain]) shown.push(await renderToString(createSSRApp(component, { start })));
    shown.push(render(Svelte, { props: { start } }).body);
  }
  return shown.map((html) => /<p>(.*)<\\/p>/.exec(html)?.[1]);
}
`,
};

let project: Project;
let config: InlineConfig;

beforeAll(async () => {
  buildPackage();
  project = createProject(FILES);
  for (const name of ["vue", "@vue", "svelte"])
    symlinkSync(join(REPOSITORY, "node_modules", name), join(project.root, "node_modules", name));
  const { default: cachet } = await import(pathToFileURL(join(REPOSITORY, "dist/node/tools/vite.js")).href);
  config = {
    root: project.root,
    configFile: false,
    logLevel: "silent",
    plugins: [cachet(), vue(), svelte({ configFile: false })],
    ssr: { external: ["cachet", "cachet/internal", "vue", "vue/server-renderer"] },
  };
});
afterAll(() => project.remove());

it("caches in components alike in the dev server and in a build", async () => {
  const server = await createServer({ ...config, server: { middlewareMode: true }, appType: "custom" });
  const dev = await server.ssrLoadModule("/main.ts").then(({ show }) => show());
  await server.close();
  await build({ ...config, build: { ssr: "main.ts", outDir: "out", minify: false } });
  const built = await import(pathToFileURL(join(project.root, "out/main.js")).href).then(({ show }) => show());
  const hash = "c1:[0-9a-f]{32}";
  expect(dev).toEqual([
    ...[0, 1, 2].map(() => expect.stringMatching(new RegExp(`^${hash} 5 -3$`))),
    ...[0, 1, 2].map(() => expect.stringMatching(new RegExp(`^${hash} 104 -102$`))),
  ]);
  expect(built).toEqual(dev);
});

it("fails a build for a wrong mark, at its place in the component", async () => {
  project.write({ "Typed.vue": FILES["Typed.vue"].replace("@cacheData", "@cacheDta") });
  const failed = build({ ...config, build: { ssr: "main.ts", outDir: "out" } });
  const loc = { line: 6, column: 4, file: join(project.root, "Typed.vue") };
  await expect(failed).rejects.toMatchObject({
    errors: [{ message: expect.stringContaining("CACHET1001"), loc }],
  });
});

it("warns of what a component does to what a cached function reaches, at its place, in the dev server and in a build", async () => {
  project.write({
    "table.js": "export const table = new Map();\n",
    "lookup.js":
      'import { table } from "./table.js";\n/** @cacheData */\nexport function lookup(k) { return table.get(k); }\n',
    "Fills.vue":
      '<template><p /></template>\n<script>\nimport { table } from "./table.js";\ntable.set("a", 1);\nexport default {};\n</script>\n',
    "fills.js": 'import "./Fills.vue";\nexport { lookup } from "./lookup.js";\n',
  });
  const said: string[] = [];
  const customLogger = createLogger("warn");
  customLogger.warn = customLogger.warnOnce = (message) => void said.push(message);
  const expectSaid = () =>
    expect(said.splice(0).join("\n")).toMatch(/CACHET3002: "table" is changed here and used by lookup/);
  await build({ ...config, customLogger, build: { ssr: "fills.js", outDir: "out", minify: false } });
  expectSaid();
  const server = await createServer({ ...config, customLogger, server: { middlewareMode: true }, appType: "custom" });
  await server.ssrLoadModule("/fills.js");
  await server.close();
  expect(said.join()).toContain("Fills.vue:4:1 ");
  expectSaid();
});
