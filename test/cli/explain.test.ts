import { describe, expect, it } from "vitest";
import { cachet, project } from "./bin.ts";

const SHOP = {
  "package.json": `{ "name": "shop", "version": "1.0.0", "type": "module" }`,
  "node_modules/zod/package.json": `{ "name": "zod", "version": "4.1.0", "main": "index.js" }`,
  "node_modules/zod/index.js": "exports.z = 1;",
  "src/data.ts": `import { get } from "./http.ts";
/** @cacheData({ maxEntries: 10 }) */
export async function load(id: number, deep = true) { return get(id); }
export class Repo {
  /** @cacheData */
  find(name: string) { return helper(name); }
}
const helper = (text: string) => (text ? helper(text.slice(1)) : BASE);
const BASE = "http://x/";
/** @cacheData({ codeHash: "own" }) */
export function alone() { return BASE; }
`,
  "src/http.ts": `import { z } from "zod";
import { readFile } from "node:fs/promises";
export function get(id: number) { return [z, readFile, id]; }`,
  "src/plain.ts": "export const plain = 1;",
};

describe("cachet explain", () => {
  it("draws what the hash covers, with places, packages and built-in modules", async () => {
    const { code, stdout } = await cachet(project(SHOP), "explain", "src/data.ts#load");
    expect(code).toBe(0);
    expect(stdout).toContain("shop/src/data.ts#load\n");
    expect(stdout).toMatch(/key +id, deep\n/);
    expect(stdout).toMatch(/options +maxEntries=10\n/);
    const tree = stdout
      .slice(stdout.indexOf("\n\n"))
      .trim()
      .replace(/ {2}[0-9a-f]{8}\b/g, "");
    expect(tree.split("\n")).toEqual([
      "function load  src/data.ts:3",
      "└─ function get  src/http.ts:3",
      expect.stringMatching(/^ {3}├─ package zod@4\.1\.0/),
      expect.stringMatching(/^ {3}└─ builtin fs\/promises/),
    ]);
  });

  it("ends at code that reaches itself", async () => {
    const { stdout } = await cachet(project(SHOP), "explain", "src/data.ts#Repo.find");
    expect(stdout).toMatch(/└─ value helper {2}src\/data\.ts:8/);
    expect(stdout).toMatch(/└─ value BASE {2}src\/data\.ts:9/);
    expect(stdout.split("\n").length).toBeLessThan(15);
  });

  it("finds the file where directories and names hold a #", async () => {
    const text =
      "export class Repo {\n  /** @cacheData */ #find(a: string) { return a; }\n  get = () => this.#find('');\n}";
    const directory = project({ "package.json": `{ "name": "shop" }`, "c#/a.ts": text });
    const { code, stdout } = await cachet(directory, "explain", "c#/a.ts#Repo.#find");
    expect([code, stdout.split("\n")[0]]).toEqual([0, "shop/c#/a.ts#Repo.#find"]);
  });

  it("says where only a function's own code counts", async () => {
    const { stdout } = await cachet(project(SHOP), "explain", "src/data.ts#alone");
    expect(stdout).toContain("codeHash=own");
    expect(stdout).toContain("Only its own code counts.");
  });

  it("says why a whole file counts", async () => {
    const files = {
      "a.ts": `import * as all from "./b.ts"; /** @cacheData */ export function f(k: "x") { return all[k]; }`,
      "b.ts": "export const x = 1;",
      "package.json": `{ "name": "shop" }`,
    };
    expect((await cachet(project(files), "explain", "a.ts#f")).stdout).toMatch(/module .*b\.ts:1/);
  });

  it("gives JSON with every node once and its uses as places in the list", async () => {
    const [fn] = JSON.parse((await cachet(project(SHOP), "explain", "src/data.ts#load", "--json")).stdout);
    expect(fn).toMatchObject({ id: "shop/src/data.ts#load", file: "src/data.ts", parts: ["id", "deep"] });
    expect(fn.tree[0]).toMatchObject({ kind: "function", name: "load", file: "src/data.ts", line: 3, uses: [1] });
    expect(fn.tree[1]).toMatchObject({ kind: "function", name: "get", file: "src/http.ts" });
    expect(fn.tree[1].own).toMatch(/^[0-9a-f]+$/);
  });

  it("takes an id, a bare name and a file with several functions", async () => {
    const directory = project(SHOP);
    expect((await cachet(directory, "explain", "shop/src/data.ts#load")).stdout).toContain("shop/src/data.ts#load");
    expect((await cachet(directory, "explain", "Repo.find")).stdout).toContain("shop/src/data.ts#Repo.find");
    const all = JSON.parse((await cachet(directory, "explain", "src/data.ts", "--json")).stdout);
    expect(all.map((fn: { id: string }) => fn.id.split("#")[1]).sort()).toEqual(["Repo.find", "alone", "load"]);
  });

  it.each([
    ["src/data.ts#laod", "has no cached function 'laod'", "Did you mean 'load'?"],
    ["src/data.ts#Rpo.find", "has no cached function 'Rpo.find'", "Did you mean 'Repo.find'?"],
    ["src/data.ts#xyz", "has no cached function 'xyz'", "It has '"],
    ["src/plain.ts#plain", "src/plain.ts has no cached function.", "Mark one with"],
    ["data.ts#load", "There is no file 'data.ts'.", "Did you mean 'src/data.ts'?"],
    ["lod", "There is no file 'lod'.", "Did you mean 'load'?"],
    ["src", "There is no file 'src'.", ""],
  ])("refuses %s", async (name, message, hint) => {
    const { code, stdout, stderr } = await cachet(project(SHOP), "explain", name);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it("refuses a file that can't be parsed, with the place", async () => {
    const directory = project({ "a.ts": "/** @cacheData */\nexport function f( {" });
    const { code, stderr } = await cachet(directory, "explain", "a.ts#f");
    expect(code).toBe(2);
    expect(stderr).toMatch(/error a\.ts:2:\d+ /);
    expect(stderr).toContain("a.ts can't be parsed.");
  });
});
