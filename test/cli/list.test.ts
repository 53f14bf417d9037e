import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveLikeNode } from "../../transformer/engine/resolve-file.ts";
import { type FunctionReport, transform } from "../../transformer/index.ts";
import { cachet, project, write } from "./bin.ts";

const SHOP = {
  "package.json": `{ "name": "shop", "version": "1.0.0", "type": "module" }`,
  "tsconfig.json": `{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" }, "include": ["src"] }`,
  "src/data.ts": `
import { get } from "./http";
/** @cacheData({ ttl: "1h", validate: isFresh }) */
export async function load(id: number) { return get(id); }
/** @cacheResource */
export const connect = (dsn: string) => ({ dsn });
function isFresh(value: unknown) { return value !== 0; }
`,
  "src/http.ts": `export function get(id: number) { return fetch("http://x/" + id); }`,
  "scripts/other.ts": `/** @cacheData */ export function other() {}`,
};

const read = (file: string) => (existsSync(file) ? readFileSync(file) : undefined);

const ids = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t")[0]);

describe("cachet list", () => {
  it("prints one function per line: id, kind, code hash, options, place", async () => {
    const { code, stdout, stderr } = await cachet(project(SHOP), "list");
    const [connect, load, ...rest] = stdout.trimEnd().split("\n");
    expect([code, stderr, rest]).toEqual([0, "", []]);
    expect(connect).toMatch(/^shop\/src\/data\.ts#connect\tresource\tc1:[0-9a-f]{32}\t\tsrc\/data\.ts:5:5$/);
    expect(load).toMatch(
      /^shop\/src\/data\.ts#load\tdata\tc1:[0-9a-f]{32}\tttl=3600 validate=isFresh\tsrc\/data\.ts:3:5$/,
    );
  });

  it("tells the same facts as JSON, with what each hash depends on", async () => {
    const { functions, format } = JSON.parse((await cachet(project(SHOP), "list", "--json")).stdout);
    expect(format).toBe(1);
    expect(functions).toMatchObject([
      { id: "shop/src/data.ts#connect", kind: "resource", dependencies: [] },
      { id: "shop/src/data.ts#load", options: { ttl: 3600, validate: "isFresh" }, dependencies: ["src/http.ts"] },
    ]);
  });

  it("says where code is nested too deeply, also for the parser", async () => {
    for (const value of [`${"1 + ".repeat(5000)}1`, `${"[".repeat(5000)}${"]".repeat(5000)}`]) {
      const deep = `/** @cacheData */ export function g() { return ${value}; }`;
      const { code, stdout, stderr } = await cachet(project({ ...SHOP, "src/deep.ts": deep }), "list");
      expect([code !== 0, ids(stdout)]).toEqual([true, ["shop/src/data.ts#connect", "shop/src/data.ts#load"]]);
      expect(stderr).toContain("src/deep.ts:1:1 CACHET2004");
    }
  });

  it("tells of tags that nothing clears, and of such as nothing has", async () => {
    const directory = project({
      ...SHOP,
      "src/tags.ts": `
import { cacheTag, clearTags } from "cachet";
/** @cacheData({ tags: ["products", (id) => \`product:\${id}\`, (id) => ["user:" + id, "lost"]] }) */
export function product(id: number) { cacheTag("late"); return id; }
/** @cacheClears({ tags: ["produkts", (id) => \`product:\${id}\`] }) */
export function save(id: number) {}
export const forget = () => clearTags("user:7", "late");
`,
    });
    const { code, stdout, stderr } = await cachet(directory, "list");
    expect([code, stdout.trimEnd().split("\n").length]).toEqual([0, 4]);
    expect(stderr.trimEnd().split("\n")).toEqual([
      'warning src/tags.ts:3:5 Nothing clears the tag "products" of product().',
      'warning src/tags.ts:3:5 Nothing clears the tag "lost" of product().',
      'warning src/tags.ts:5:5 save() clears the tag "produkts", which nothing has.',
    ]);
    expect((await cachet(directory, "list", "src/tags.ts")).stderr).toBe("");
    write(directory, {
      "src/more.ts": 'import { clearTags } from "cachet";\nexport const f = (tag: string) => clearTags(tag);',
    });
    expect((await cachet(directory, "list")).stderr).not.toContain("Nothing clears");
  });

  it("takes files and directories, also such that the tsconfig leaves out", async () => {
    const directory = project({ ...SHOP, "src/deep/more.ts": "/** @cacheData */ export const more = () => 1;" });
    expect(ids((await cachet(directory, "list", "src/deep")).stdout)).toEqual(["shop/src/deep/more.ts#more"]);
    expect(ids((await cachet(directory, "list", "scripts/other.ts")).stdout)).toEqual(["shop/scripts/other.ts#other"]);
  });

  it("finds every kind of script without a tsconfig, but nothing built or installed", async () => {
    const mark = "/** @cacheData */ export function f() {}";
    const names = ["a.ts", "b.tsx", "c.mts", "d.js", "e.jsx", "f.mjs", "sub/g.ts"];
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      ...Object.fromEntries(
        [...names, "dist/x.js", "node_modules/x/index.js", "types.d.ts"].map((name) => [name, mark]),
      ),
    });
    expect(ids((await cachet(directory, "list")).stdout)).toEqual(names.map((name) => `shop/${name}#f`));
  });

  it("finds functions of single-file components, with the hashes that a build gives them", async () => {
    const shared = "/** @cacheData */ export function half(n: number): number { return n / 2; }\n";
    const files = {
      "Box.vue": `<script lang="ts">\n${shared}</script>\n<template><p></p></template>\n`,
      "Box.svelte": `<script module lang="ts">\n${shared}</script>\n`,
      "Box.astro": "---\n/** @cacheData */\nfunction half(n: number): number { return n / 2; }\n---\n<p></p>\n",
      "uses.ts":
        'import { half } from "./Box.svelte";\n/** @cacheData */ export const quarter = () => half(half(1));\n',
    };
    const sources = Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/${name}`, text]));
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      "tsconfig.json": '{ "include": ["src", "src/**/*.vue", "src/**/*.svelte", "src/**/*.astro"] }',
      ...sources,
    });
    const built = Object.entries(sources).flatMap(([name, text]) => {
      const fileName = join(directory, name);
      return transform(text, { fileName, read, resolve: resolveLikeNode }).functions;
    });
    const listed = JSON.parse((await cachet(directory, "list", "--json")).stdout).functions as FunctionReport[];
    const facts = (functions: FunctionReport[]) => functions.map(({ id, hash }) => `${id} ${hash}`).sort();
    expect(listed).toHaveLength(4);
    expect(facts(listed)).toEqual(facts(built));
    writeFileSync(
      join(directory, "src/Box.vue"),
      sources["src/Box.vue"]?.replace("@cacheData", "@cacheData({ tll: 1 })") ?? "",
    );
    const wrong = await cachet(directory, "list");
    expect(wrong.stderr).toMatch(/src\/Box\.vue:2:\d+ CACHET1008/);
    expect(wrong.code).toBe(1);
  });

  it("follows project references and the paths of each tsconfig", async () => {
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      "tsconfig.json": `{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }`,
      "tsconfig.app.json": `{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "composite": true,
        "paths": { "@/*": ["./app/*"] } }, "include": ["app"] }`,
      "app/a.ts": `import { b } from "@/b"; /** @cacheData */ export function a() { return b(); }`,
      "app/b.ts": "export const b = () => 1;",
    });
    const before = JSON.parse((await cachet(directory, "list", "--json")).stdout).functions;
    expect(before).toMatchObject([{ id: "shop/app/a.ts#a", dependencies: ["app/b.ts"] }]);
    write(directory, { "app/b.ts": "export const b = () => 2;" });
    const after = JSON.parse((await cachet(directory, "list", "--json")).stdout).functions;
    expect(after[0].hash).not.toBe(before[0].hash);
  });

  it("gives the same ids and hashes in another directory, from below it and with CRLF line ends", async () => {
    const here = (await cachet(project(SHOP), "list")).stdout;
    const crlf = Object.fromEntries(Object.entries(SHOP).map(([name, text]) => [name, text.replaceAll("\n", "\r\n")]));
    const elsewhere = project(crlf);
    expect((await cachet(elsewhere, "list")).stdout).toBe(here);
    expect((await cachet(`${elsewhere}/src`, "list")).stdout).toBe(here);
  });

  it("shows an option that only run time knows as it is written", async () => {
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      "a.ts": `import { Point, plain } from "./b";
/** @cacheData({
 *   hashFuncs: [[Point, plain]],
 *   validate(value) { return value > 1 },
 * }) */
export function f() { return 1; }`,
      "b.ts": "export class Point {}\nexport const plain = () => 1;",
    });
    const { functions } = JSON.parse((await cachet(directory, "list", "--json")).stdout);
    expect(functions[0].options).toEqual({
      hashFuncs: "[[Point, plain]]",
      validate: "validate(value) { return value > 1 }",
    });
  });

  it("reports wrong marks on standard error and exits with 1", async () => {
    const directory = project({ ...SHOP, "src/bad.ts": "/** @cacheDta */\nexport function f() {}" });
    const { code, stdout, stderr } = await cachet(directory, "list");
    expect(code).toBe(1);
    expect(ids(stdout)).toEqual(["shop/src/data.ts#connect", "shop/src/data.ts#load"]);
    expect(stderr).toMatch(/^error src\/bad\.ts:1:5 CACHET1001: There is no tag `@cacheDta`/);
  });

  it("reports a warning without a change of the exit code", async () => {
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      "a.ts": "let n = 0;\nexport const up = () => n++;\n/** @cacheData */ export function f() { return n; }",
    });
    const { code, stderr } = await cachet(directory, "list");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning a\.ts:3:\d+ CACHET3\d+: .*"n"/);
  });

  it("names a syntax error, lists the other files and exits with 2", async () => {
    const directory = project({ ...SHOP, "src/broken.ts": "/** @cacheData */\nexport function f( {\n" });
    const { code, stdout, stderr } = await cachet(directory, "list");
    expect(code).toBe(2);
    expect(ids(stdout)).toHaveLength(2);
    expect(stderr).toMatch(/^error src\/broken\.ts:\d+:\d+ '.+' expected\./);
  });

  it.each([
    [["nope.ts"], {}, "There is no file or directory 'nope.ts'."],
    [["-p", "nope"], {}, "There is no tsconfig at "],
    [[], { "tsconfig.json": "{ bad" }, "tsconfig.json:1:3 "],
    [[], { "tsconfig.json": `{ "extends": "./missing.json" }` }, "missing.json"],
  ])("refuses %j of a project with %j", async (args, files, message) => {
    const { code, stdout, stderr } = await cachet(project(files), "list", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  it("prints nothing where nothing is cached", async () => {
    expect(await cachet(project({ "a.ts": "export const a = 1;" }), "list")).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});
