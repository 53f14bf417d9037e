import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";
import { type Files, hostOf } from "./link-project.ts";

/** The definition of `load` in main.ts. */
function codeOf(text: string, more: Files = {}, platform?: "browser"): string {
  const files = { "package.json": '{ "name": "app" }', "main.ts": text, ...more };
  const { code, diagnostics } = transform(text, {
    fileName: "/p/main.ts",
    ...hostOf({ files }),
    ...(platform && { platform }),
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return code;
}

const isAlone = (text: string, more?: Files): boolean => /[#.]load"[^{]*?\balone: true/.test(codeOf(text, more));

const load = "/** @cacheData */ export async function load";

describe("a function within whose runs no other can begin", () => {
  it.each([
    `${load}(id: number) { return id * 2; }`,
    `${load}() { return 1; }`,
    `${load}(id: number) { await new Promise((resolve) => setTimeout(resolve, 9)); return { id }; }`,
    `${load}(id: number, deep: boolean = true) { const found = await fetch(\`/\${id}/\${deep}\`); return (await found.json()) as object; }`,
    `${load}(id: number) { return await Promise.all([1, 2].map(async (n) => n * id)); }`,
    `import { readFile } from "node:fs/promises"; ${load}(name: string) { return JSON.parse(await readFile(name, "utf8")); }`,
    `import * as path from "node:path"; ${load}(name: string) { return path.basename(name); }`,
    `const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)); ${load}(id: number) { await sleep(9); return id; }`,
    `const BASE = "https://example.org", LIMIT = 5 * 60; ${load}(id: number) { return (await fetch(BASE + id + LIMIT)).text(); }`,
    `let before = () => {}; ${load}(id: number) { before(); return id; }`,
    `enum Side { Left, Right } ${load}(id: number) { return id === Side.Left; }`,
    `${load}(id: number) { return walk(id); } function walk(n: number): number { return n > 0 ? walk(n - 1) : 0; }`,
    `${load}(id: number) { return (await fetch(process.env.API_URL + "/" + id)).text(); }`,
    "/** @cacheResource */ export const load = (dsn: string) => ({ dsn });",
    `export const all = { /** @cacheData */ async load(id: number) { return id; } };`,
    `/** @cacheData({ ttl: 60, persist: true }) */ export async function load(id: number) { return id; }`,
  ])("stands alone: %s", (text) => {
    expect(isAlone(text)).toBe(true);
  });

  it.each([
    // Other marks, itself among them.
    `/** @cacheData */ function other() { return 1; } ${load}(id: number) { return other() + id; }`,
    `/** @cacheElement */ function write(text: string) {} ${load}(id: number) { write("x"); return id; }`,
    `/** @cacheWidget */ const slider = (text: string) => 1; ${load}(id: number) { return slider("x") + id; }`,
    `${load}(id: number): Promise<number> { return id > 0 ? load(id - 1) : 0; }`,
    "/** @cacheData */ export const load = async (id: number): Promise<number> => (id > 0 ? load(id - 1) : 0);",
    "/** @cacheData */ export const load = async function again(id: number): Promise<number> { return again(id - 1); };",
    "/** @cacheData */ export default async function load(id: number): Promise<number> { return load(id - 1); }",
    "export const all = { /** @cacheData */ async load(id: number): Promise<number> { return all.load(id - 1); } };",
    "export class All { /** @cacheData */ static async load(id: number): Promise<number> { return All.load(id - 1); } }",
    `${load}(id: number): Promise<number> { return again(id); } const again = (id: number) => load(id - 1);`,
    `${load}(id: number) { return (await import("./main")).load(id - 1); }`,
    `${load}(id: number) { return inner(id); /** @cacheData */ function inner(n: number) { return n; } }`,
    `${load}(id: number) { const inner = /** @cacheResource */ (n: number) => ({ n }); return inner(id).n; }`,
    `${load}(id: number) { return outer(id); } function outer(id: number) { return inner(id); /** @cacheData */ function inner(n: number) { return n; } }`,
    // What a call is handed may do anything.
    `${load}(_db: { get(): number }) { return _db.get(); }`,
    `${load}(id: number, _db: { get(): number }) { return id; }`,
    `${load}(ids: number[]) { return ids.map((id) => id * 2); }`,
    `${load}(user: { name(): string }) { return user.name(); }`,
    `${load}(id) { return id; }`,
    `${load}({ id }: { id: number }) { return id; }`,
    `${load}(...ids: number[]) { return ids; }`,
    "class Repo { name = 'x'; /** @cacheData */ async load(id: number) { return this.name + id; } }",
    "export function make(get: () => number) { /** @cacheData */ async function load(id: number) { return get() + id; } return load; }",
    // Values that others can put a function into.
    `const hooks: (() => void)[] = []; ${load}(id: number) { for (const hook of hooks) hook(); return id; }`,
    `const hooks = new Map<string, () => void>(); ${load}(id: number) { hooks.get("x")?.(); return id; }`,
    `const hooks: { before?: () => void } = {}; ${load}(id: number) { hooks.before?.(); return id; }`,
    `let before = () => {}; export const set = (f: () => void) => { before = f; }; ${load}(id: number) { before(); return id; }`,
    `function before() {} export const set = (f: () => void) => { (before as any) = f; }; ${load}(id: number) { before(); return id; }`,
    `function before() {} before.hook = () => {}; ${load}(id: number) { before.hook(); return id; }`,
    `function before() {} namespace before { export let hook = () => {}; } ${load}(id: number) { before.hook(); return id; }`,
    `const format = Intl.NumberFormat; ${load}(id: number) { return format("en").format(id); }`,
    `import { EventEmitter } from "node:events"; const bus = new EventEmitter(); ${load}(id: number) { bus.emit("x"); return id; }`,
    `class Client { get() { return 1; } } ${load}(id: number) { return new Client().get() + id; }`,
    // What isn't known.
    `import { get } from "axios"; ${load}(id: number) { return get("/" + id); }`,
    `import { get } from "./missing"; ${load}(id: number) { return get("/" + id); }`,
    `import { cacheTag } from "cachet"; ${load}(id: number) { cacheTag("x"); return id; }`,
    `import { EventEmitter } from "node:events"; ${load}(id: number) { return new EventEmitter().listenerCount("x") + id; }`,
    `import { AsyncLocalStorage } from "node:async_hooks"; ${load}(id: number) { return AsyncLocalStorage.name + id; }`,
    `${load}(id: number) { return eval("1") + id; }`,
    `${load}(id: number) { return new Function("return 1")() + id; }`,
    `${load}(id: number) { (globalThis as any).hook(); return id; }`,
    `${load}(id: number) { (process as any).emit("x"); return id; }`,
    `${load}(id: number) { dispatchEvent(new Event("x")); return id; }`,
    `${load}(id: number) { hook(); return id; } declare function hook(): void;`,
    `${load}(name: string) { return (await import(name)).default; }`,
    `${load}(name: string) { return require("./a")(name); }`,
    `/** @cacheData({ codeHash: "own" }) */ export async function load(id: number) { return id; }`,
    "/** @cacheData */ export async function* load(id: number) { yield id; }",
    `${load}(id: number) { return (await fetch("/" + id)).body as ReadableStream; }`,
    "/** @cacheElement */ export function load(id: number) { return id; }",
    // Functions of the options belong to its code.
    `import { redisStore } from "cachet"; /** @cacheData({ ttl: () => redisStore ? 1 : 2 }) */ export async function load(id: number) { return id; }`,
  ])("doesn't: %s", (text) => {
    expect(isAlone(text)).toBe(false);
  });

  it.each([
    ["export const get = async (id: number) => (await fetch('/' + id)).text();", true],
    ["/** @cacheData */ export const get = async (id: number) => id;", false],
    [
      "const inner = (id: number) => deeper(id); /** @cacheData */ const deeper = (id: number) => id; export const get = (id: number) => inner(id);",
      false,
    ],
    [
      "export const hooks: { get?: (id: number) => number } = {}; export const get = (id: number) => hooks.get?.(id);",
      false,
    ],
    [
      "export default 1; export function get(id: number) { return get.before(id); } get.before = (id: number) => id;",
      false,
    ],
  ])("is asked of the code of other files: %s", (helper, expected) => {
    const text = `import { get } from "./helper"; ${load}(id: number) { return get(id); }`;
    expect(isAlone(text, { "helper.ts": helper })).toBe(expected);
  });

  it("hands nothing on in a page", () => {
    const alone = codeOf(`${load}(id: number) { await fetch("/" + id); return id; }`, {}, "browser");
    expect(alone).not.toMatch(/hold|leave/);
    const nested = codeOf(
      `${load}(id: number) { await other(); return id; } /** @cacheData */ async function other() {}`,
      {},
      "browser",
    );
    expect(nested).toMatch(/__cachet\.hold\(.*__cachet\.leave\(/s);
  });
});
