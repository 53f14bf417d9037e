import { transform as compileAstro } from "@astrojs/compiler";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as runtime from "../../runtime/internal.ts";
import { createFileFilter } from "../../transformer/engine/file-filter.ts";
import { transform } from "../../transformer/index.ts";

const MARKED = "/** @cacheData */\nfunction load(a: number): number { return a + start; }\n";

const COMPONENTS = {
  "App.vue": `<template>\n  <p title="a > b">{{ load(1) }}</p>\n</template>\n<script setup lang="ts">\nconst { start } = defineProps<{ start: number }>();\n${MARKED}</script>\n`,
  "App.svelte": `<!-- <script>/** @cacheDta */</script> -->\n<script lang="ts">\nlet { start }: { start: number } = $props();\n${MARKED}</script>\n<p>{load(1)}</p>\n`,
  "App.astro": `---\nconst { start } = Astro.props;\n${MARKED}---\n<p>{load(1)}</p>\n`,
};
const NAMES = Object.keys(COMPONENTS) as (keyof typeof COMPONENTS)[];

const take = (name: string, source: string) => transform(source, { fileName: `/app/src/${name}`, root: "/app" });
const inComponent = (name: (typeof NAMES)[number], from: string, to: string) =>
  take(name, (COMPONENTS[name] as string).replace(from, to));

describe("single-file components", () => {
  it.each(NAMES)("%s: what an instance has joins the key, and every line stays", (name) => {
    const source = COMPONENTS[name];
    const { code, map, functions, diagnostics } = take(name, source);
    expect(diagnostics).toEqual([]);
    const line = source.split("\n").findIndex((text) => text.includes("@cacheData")) + 1;
    expect(functions).toMatchObject([{ id: `src/${name}#load`, parts: ["a", "start"], line, column: 5 }]);
    expect(code.split("\n")).toHaveLength(source.split("\n").length);
    const without = code.split("\n").filter((_, index) => index + 1 !== line + 1 && index + 1 !== line - 1);
    for (const text of without.filter((each) => !each.includes("__cachet"))) expect(source.split("\n")).toContain(text);
    const lines = code.split("\n");
    const column = lines[line]?.indexOf("a + start;") as number;
    const at = originalPositionFor(new TraceMap(map as never), { line: line + 1, column });
    expect(at).toMatchObject({ line: line + 1, column: source.split("\n")[line]?.indexOf("a + start;") });
    expect(map?.sourcesContent).toEqual([source]);
  });

  it.each(NAMES)("%s: the hash doesn't hang on the markup, and does on the function", (name) => {
    const hash = (from: string, to: string) => inComponent(name, from, to).functions[0]?.hash;
    const plain = hash("", "");
    expect(hash("<p", "<p class='x'")).toBe(plain);
    expect(hash("a + start", "a - start")).not.toBe(plain);
  });

  it("gives all three the same code hash, which a plain file has too", () => {
    const plain = take("data.ts", `export function make(start: number) {\n${MARKED}return load;\n}`);
    const hashes = NAMES.map((name) => take(name, COMPONENTS[name]).functions[0]?.hash);
    expect(new Set([...hashes, plain.functions[0]?.hash]).size).toBe(1);
  });

  it.each(NAMES)("%s: a wrong mark fails at its place", (name) => {
    const source = COMPONENTS[name].replace("@cacheData", "@cacheData({ tll: 1 })");
    const { diagnostics, code } = take(name, source);
    const lines = source.split("\n");
    const line = lines.findIndex((text) => text.includes("tll"));
    expect(diagnostics).toMatchObject([
      {
        code: "CACHET1008",
        line: line + 1,
        column: (lines[line]?.indexOf("tll") as number) + 1,
        start: source.indexOf("tll"),
        length: 3,
      },
    ]);
    expect(code).toBe(source);
  });

  it.each([
    [
      "App.vue",
      "<script>\n/** @cacheData */\nexport function load(a) { return a; }\n</script>\n<template><p/></template>",
    ],
    ["App.svelte", '<script module lang="ts">\n/** @cacheData */\nexport function load(a) { return a; }\n</script>'],
    ["App.svelte", '<script context="module">\n/** @cacheData */\nexport function load(a) { return a; }\n</script>'],
  ])("takes a module's script of %s as a module", (name, source) => {
    const plain = take("data.ts", "/** @cacheData */\nexport function load(a) { return a; }");
    const { functions, code } = take(name, source);
    expect(functions).toMatchObject([{ id: `src/${name}#load`, hash: plain.functions[0]?.hash, parts: ["a"] }]);
    expect(code).toMatch(/<script[^>]*>import \* as __cachet from "cachet\/internal";/);
  });

  it("keeps a module's and an instance's script apart, and puts imports of the two where modules run them", () => {
    const source = `<script lang="ts">
export const BASE = 2;
</script>
<script setup lang="ts">
import { get } from "./get";
const props = defineProps<{ id: number }>();
import { fresh } from "./fresh";
/** @cacheData({ validate: fresh }) */
const load = (a: number) => get(a + BASE + props.id);
</script>
`;
    const { code, functions } = take("App.vue", source);
    expect(functions).toMatchObject([{ parts: ["a", "props"] }]);
    expect(code.split("\n")[0]).toMatch(/^<script lang="ts">import \* as __cachet from "cachet\/internal";/);
    expect(code).toContain('import { get } from "./get"; import * as __cachet$i0 from "./fresh";\n');
    expect(code).toContain('import { fresh } from "./fresh";\n');
    expect(code.match(/<script/g)).toHaveLength(2);
  });

  it("counts what Svelte's compiler gives a name: stores, reactive declarations, rest props", () => {
    const source = `<script>
import { count } from "./stores.js";
export let start;
$: doubled = start * 2;
$: ({ x } = start);
/** @cacheData */
function load(a) { return a + $count + doubled + x + $$restProps.b; }
</script>`;
    const { functions } = take("App.svelte", source);
    expect(functions[0]?.parts).toEqual(["a", "$count", "doubled", "x", "$$restProps"]);
  });

  it("refuses a mark in a page's script of Astro, which nothing would see", () => {
    const source = "---\n---\n<p/>\n<script>\n/** @cacheData */\nfunction f() {}\n</script>";
    expect(take("App.astro", source).diagnostics).toMatchObject([{ code: "CACHET2001", line: 5, column: 5 }]);
  });

  it("leaves alone what holds no script of its own", () => {
    for (const source of [
      "<template><script>/** @cacheData */ function f() {}</script></template>",
      "<p>@cacheData</p>",
    ])
      expect(take("App.vue", source)).toMatchObject({ code: source, diagnostics: [], functions: [] });
    const head = "<svelte:head><script>/** @cacheData */ function f() {}</script></svelte:head>";
    expect(take("App.svelte", head)).toMatchObject({ code: head, functions: [] });
    // A bundler's part of a component comes out of one that has been through here.
    const accepts = createFileFilter({});
    expect(["/a/App.vue", "/a/App.vue?vue&type=script&setup=true&lang.ts"].map(accepts)).toEqual([true, false]);
  });

  it("hits across the renders of an Astro page, whose frontmatter runs each time", async () => {
    const source = `---
const { start, log } = Astro.props;
const _log = log;
/** @cacheData */
function load(a: number): number { _log.push(a + start); return a + start; }
---
{load(1)}`;
    const compiled = await compileAstro(take("App.astro", source).code, { filename: "/app/src/App.astro" });
    const body = /createComponent\(\((?:.|\n)*?\) => \{((?:.|\n)*?)return \$\$render/.exec(
      compiled.code,
    )?.[1] as string;
    const { outputText } = ts.transpileModule(body.replace(/^const Astro.*\nAstro\.self.*$/m, ""), {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
    });
    const render = new Function("Astro", "__cachet", `${outputText}; return load(1);`);
    const log: number[] = [];
    const values = [4, 4, 103, 4].map((start) => render({ props: { start, log } }, runtime));
    expect(values).toEqual([5, 5, 104, 5]);
    expect(log).toEqual([5, 104]);
  });
});
