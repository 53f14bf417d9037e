import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cachet, commit, project, write } from "./bin.ts";

const SHOP = {
  "package.json": `{ "name": "shop", "version": "1.0.0", "type": "module" }`,
  "package-lock.json": `{ "packages": { "node_modules/zod": { "version": "4.1.0" } } }`,
  ".gitignore": "node_modules\n",
  "tsconfig.json": `{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "allowImportingTsExtensions": true,
    "resolveJsonModule": true }, "include": ["src"] }`,
  "node_modules/zod/package.json": `{ "name": "zod", "version": "4.1.0", "main": "index.js" }`,
  "node_modules/zod/index.js": "exports.z = 1;",
  "src/data.ts": `import { get } from "./http.ts";
import { z } from "zod";
import table from "./table.json";
/** @cacheData */
export async function load(id: number) { return get(id); }
/** @cacheData */
export function parse(text: string) { return z(text); }
/** @cacheData */
export function row(id: string) { return table[id]; }
/** @cacheData({ codeHash: "own" }) */
export function alone() { return get(1); }
`,
  "src/http.ts": `import { base } from "./base.ts";
export function get(id: number) { return fetch(base() + id); }`,
  "src/base.ts": `export const base = () => "http://x/";`,
  "src/table.json": `{ "a": 1 }`,
};

interface Report {
  base: string;
  cold: {
    id: string;
    before: string;
    after: string;
    blame: { kind: string; name: string; change: string; place?: string }[];
  }[];
  moved: { id: string; before: string }[];
  added: { id: string }[];
  removed: { id: string }[];
  kept: number;
}

async function diff(directory: string, ...args: string[]): Promise<Report> {
  const { stdout, stderr } = await cachet(directory, "diff", "--json", ...args);
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

const blame = ({ cold }: Report) =>
  Object.fromEntries(
    cold.map((fn) => [fn.id.split("#")[1], fn.blame.map((one) => [one.change, one.kind, one.name, one.place])]),
  );

describe("cachet diff", () => {
  let directory: string;
  beforeEach(() => {
    directory = project(SHOP);
    commit(directory);
  });

  it("finds nothing in an unchanged work tree, nor after changes of comments, types and format", async () => {
    expect(await cachet(directory, "diff")).toEqual({ code: 0, stdout: "Nothing goes cold since HEAD.\n", stderr: "" });
    write(directory, {
      "src/base.ts": `// the base\nexport const base = (): string =>\n  ("http://x/");\nexport const unused = 1;`,
    });
    expect(await diff(directory)).toMatchObject({ cold: [], moved: [], added: [], removed: [], kept: 4 });
  });

  it("blames the helper three files away, and nothing on the way to it", async () => {
    write(directory, { "src/base.ts": `\nexport const base = () => "http://y/";` });
    const { code, stdout } = await cachet(directory, "diff", "HEAD");
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "cold   shop/src/data.ts#load  src/data.ts:4",
      "       changed value base  src/base.ts:2",
      "1 of 4 cached functions goes cold since HEAD.",
      "",
    ]);
    const report = await diff(directory);
    expect(report.base).toBe(execFileSync("git", ["rev-parse", "HEAD"], { cwd: directory, encoding: "utf8" }).trim());
    expect(report.cold[0]?.before).not.toBe(report.cold[0]?.after);
  });

  it("blames the function itself, an asset, a package", async () => {
    write(directory, {
      "src/data.ts": SHOP["src/data.ts"]
        .replace("return get(id)", "return await get(id)")
        .replace("return get(1)", "return get(2)"),
      "src/table.json": `{ "a": 2 }`,
      "node_modules/zod/package.json": `{ "name": "zod", "version": "4.2.0", "main": "index.js" }`,
    });
    expect(blame(await diff(directory))).toEqual({
      load: [["changed", "function", "load", "src/data.ts:5"]],
      alone: [["changed", "function", "alone", "src/data.ts:10"]],
      row: [["changed", "asset", expect.stringContaining("table"), undefined]],
      parse: [["changed", "package", expect.stringMatching(/^zod@4\.1\.0.* → zod@4\.2\.0/), undefined]],
    });
  });

  it("takes a re-export that leads elsewhere for what it is", async () => {
    write(directory, {
      "src/http.ts": SHOP["src/http.ts"].replace("./base.ts", "./other.ts"),
      "src/other.ts": `export const base = () => "http://x/" + 1;`,
    });
    expect(blame(await diff(directory))).toEqual({
      load: [
        ["removed", "value", "base", "src/base.ts:1"],
        ["added", "value", "base", "src/other.ts:1"],
      ],
    });
  });

  it("tells new, gone and renamed functions apart", async () => {
    const text = SHOP["src/data.ts"].replace("function row", "function line");
    write(directory, {
      "src/data.ts": text.replace(/\/\*\* @cacheData \*\/\nexport function parse.*\n/, ""),
      "src/new.ts": "/** @cacheData */ export const fresh = () => 1;",
    });
    const report = await diff(directory);
    expect(report.added.map(({ id }) => id)).toContain("shop/src/new.ts#fresh");
    expect(report.removed.map(({ id }) => id)).toContain("shop/src/data.ts#parse");
    renameSync(join(directory, "src/new.ts"), join(directory, "src/newer.ts"));
    commit(directory);
    renameSync(join(directory, "src/newer.ts"), join(directory, "src/newest.ts"));
    const { code, stdout } = await cachet(directory, "diff");
    expect(code).toBe(1);
    expect(stdout).toContain(
      "cold   shop/src/newest.ts#fresh  src/newest.ts:1\n       renamed or moved: it was shop/src/newer.ts#fresh",
    );
  });

  it("compares with any commit, branch or tag, also from a directory below", async () => {
    execFileSync("git", ["tag", "v1"], { cwd: directory });
    write(directory, { "src/base.ts": `export const base = () => "http://y/";` });
    commit(directory);
    expect((await diff(directory)).cold).toEqual([]);
    expect((await diff(directory, "v1")).cold).toHaveLength(1);
    expect((await diff(join(directory, "src"), "HEAD~1")).cold).toHaveLength(1);
  });

  it("reads workspace packages as the commit has them", async () => {
    const workspace = project({
      "package.json": `{ "name": "root", "workspaces": ["packages/*"] }`,
      ".gitignore": "node_modules\n",
      "packages/app/package.json": `{ "name": "app" }`,
      "packages/app/tsconfig.json": `{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" }, "include": ["src"] }`,
      "packages/app/src/a.ts": `import { shared } from "lib"; /** @cacheData */ export function a() { return shared(); }`,
      "packages/lib/package.json": `{ "name": "lib", "version": "1.0.0", "exports": "./index.ts" }`,
      "packages/lib/index.ts": "export function shared() { return 1; }",
    });
    write(workspace, { "node_modules/.keep": "" });
    execFileSync("ln", ["-s", "../packages/lib", "node_modules/lib"], { cwd: workspace });
    commit(workspace);
    const app = join(workspace, "packages/app");
    expect((await diff(app)).cold).toEqual([]);
    write(workspace, { "packages/lib/index.ts": "export function shared() { return 2; }" });
    expect(blame(await diff(app))).toEqual({ a: [["changed", "function", "shared", "../lib/index.ts:1"]] });
  });

  it("leaves the index, the work tree and the temporary directory as they were", async () => {
    write(directory, { "src/base.ts": `export const base = () => "http://y/";`, "src/untracked.ts": "export {};" });
    execFileSync("git", ["add", "src/base.ts"], { cwd: directory });
    const status = () => execFileSync("git", ["status", "--porcelain"], { cwd: directory, encoding: "utf8" });
    const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("cachet-diff-"));
    const before = [status(), leftovers()];
    await cachet(directory, "diff");
    await cachet(directory, "diff", "nope");
    expect([status(), leftovers()]).toEqual(before);
    expect(existsSync(join(directory, "node_modules/zod/index.js"))).toBe(true);
  });

  it("says what is wrong with today's sources and goes on where only the old ones are broken", async () => {
    write(directory, { "src/more.ts": "/** @cacheData */ export function f( {" });
    const today = await cachet(directory, "diff");
    expect(today.code).toBe(2);
    expect(today.stderr).toMatch(/error src\/more\.ts:1:\d+/);
    commit(directory);
    rmSync(join(directory, "src/more.ts"));
    const later = await cachet(directory, "diff");
    expect(later.code).toBe(0);
    expect(later.stderr).toMatch(/at HEAD: src\/more\.ts:1:\d+/);
  });

  it.each([
    ["nope", "git knows no commit 'nope'."],
    ["--help-me", "Unknown option '--help-me'."],
    ["HEAD:src", "git knows no commit 'HEAD:src'."],
    ["", "git knows no commit ''."],
  ])("refuses the ref %j", async (ref, message) => {
    const { code, stdout, stderr } = await cachet(directory, "diff", ref);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("refuses a directory that is in no repository, and one that the ref doesn't have", async () => {
    const outside = await cachet(project({ "a.ts": "" }), "diff");
    expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining("is not in a git repository.")]);
    write(directory, { "later/tsconfig.json": `{ "files": ["a.ts"] }`, "later/a.ts": "" });
    const later = await cachet(join(directory, "later"), "diff");
    expect([later.code, later.stderr]).toEqual([2, expect.stringContaining("later does not exist at HEAD.")]);
  });
});
