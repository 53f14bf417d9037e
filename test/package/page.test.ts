import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { state } from "../../runtime/registry.ts";
import { transform } from "../../transformer/index.ts";
import { buildPackage } from "../adapters/package.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;

beforeAll(() => {
  buildPackage();
  mkdirSync(`${root}.tmp`, { recursive: true });
  folder = mkdtempSync(`${root}.tmp/page-`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles a program for a page, where only what its marks ask for is left of the runtime, and runs it here. */
async function page(name: string, source: string): Promise<any> {
  const { code, diagnostics } = transform(source, { fileName: `${root}test/package/${name}.ts`, platform: "browser" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  await build({
    stdin: { contents: code, resolveDir: root, loader: "ts", sourcefile: `${name}.ts` },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outdir: join(folder, name),
    entryNames: "main",
    outExtension: { ".js": ".mjs" },
    tsconfigRaw: "{}",
    logLevel: "silent",
  });
  return import(/* @vite-ignore */ pathToFileURL(join(folder, name, "main.mjs")).href);
}

const STORE = `
  export const held = new Map();
  export const cleared = [];
  const store = {
    name: "held", sync: true,
    lookup: (key) => held.get(key),
    write: (key, bytes, meta) => void held.set(key, { bytes, meta }),
    delete: (key) => void held.delete(key),
    clear: (id) => { cleared.push(id); held.clear(); },
  };`;

it("limits functions whose marks say nothing about it, by configure({ maxBytes })", async () => {
  const program = await page(
    "limits",
    `import { configure, cached } from "cachet";
    /** @cacheData */ export function f(n: number) { return "x".repeat(500); }
    export function run() { f(1); f(2); f(3); configure({ maxBytes: 1900 }); f(4); return [1, 2, 3, 4].map((n) => cached(f).has(n)); }`,
  );
  expect(program.run()).toEqual([false, false, true, true]);
});

it("persists to a store given later, finds it again, and clears it", async () => {
  const program = await page(
    "stores",
    `import { cacheData, cached, configure } from "cachet";
    ${STORE}
    export let runs = 0;
    /** @cacheData({ persist: "held" }) */ export function f(n: { id: number }) { runs++; return { n }; }
    export function run() {
      let missing = "";
      try { f({ id: 1 }); } catch (error) { missing = error.name; }
      configure({ stores: { held: store } });
      f({ id: 1 });
      const size = held.size;
      cached(f).clear();
      const after = held.size;
      f({ id: 1 }); f({ id: 1 });
      return [missing, size, after, runs];
    }`,
  );
  // The entry, and the epochs of all data, the function and the call, which such a store keeps as entries.
  expect(program.run()).toEqual(["UnknownStoreError", 4, 0, 2]);
});

it("clears the stores that are known also for a function that never persisted", async () => {
  const program = await page(
    "clear",
    `import { configure } from "cachet";
    ${STORE}
    /** @cacheData */ export function f(n: number) { return n; }
    export function run() { f(1); configure({ stores: { held: store } }); f.clear(); return cleared.length; }`,
  );
  expect(program.run()).toBe(1);
});

it("shows a spinner of one's own for a synchronous body", async () => {
  const program = await page(
    "spinner",
    `import { configure } from "cachet";
    const shown = [];
    /** @cacheData({ showSpinner: "Reading" }) */ export function f() { return 1; }
    export function run() {
      f(); f.clear();
      configure({ spinner: { show: ({ text }) => { shown.push(text); return { update() {}, hide: () => shown.push("hide") }; } } });
      f();
      return shown;
    }`,
  );
  expect(program.run()).toEqual(["Reading", "hide"]);
});

it("hands in what options given as variables need: checks, limits, rules, instances, onRelease", async () => {
  const program = await page(
    "options",
    `import { configure } from "cachet";
    let now = 0;
    configure({ clock: { now: () => now } });
    class Point { constructor(public id: number) {} }
    const MINUTE = { minutes: 1 };
    const WRONG = "1M" as string;
    const released: unknown[] = [];
    const rules = [[Point, (point: Point) => point.id]] as const;
    const release = (value: unknown) => { released.push(value); };
    let runs = 0;
    /** @cacheResource({ ttl: MINUTE, hashFuncs: rules, onRelease: release }) */
    export function f(point: Point) { return ++runs; }
    /** @cacheData({ ttl: WRONG }) */
    export function g() { return 1; }
    class Repo { /** @cacheData */ get(n: number) { runs++; return [this, n].length; } }
    export function run() {
      const calls = [f(new Point(1)), f(new Point(1))];
      now = 60_000;
      calls.push(f(new Point(1)));
      let message = "";
      try { g(); } catch (error) { message = error.message; }
      const one = new Repo();
      one.get(1); one.get(1); new Repo().get(1);
      return { calls, released, runs, message };
    }`,
  );
  const { message, ...rest } = program.run();
  expect(rest).toEqual({ calls: [1, 1, 2], released: [1], runs: 4 });
  expect(message).toContain("g(): invalid `ttl`");
});

it("brings what clears stores, tells of events and shows a spinner with the calls that ask for them", async () => {
  const registry = globalThis as Record<symbol, unknown>;
  const place = Object.getOwnPropertySymbols(globalThis).find((symbol) => registry[symbol] === state) as symbol;
  const outer = registry[place];
  delete registry[place];
  const program = await page(
    "asked",
    `import { configure, subscribe } from "cachet";
    ${STORE}
    /** @cacheData({ showSpinner: true }) */ export function f(n: number) { return n; }
    export function run() {
      const log: string[] = [];
      f(1);
      (f as any).clear();
      const end = subscribe(({ type }) => log.push(type));
      configure({ stores: { held: store }, spinner: { show: ({ text }) => (log.push(text), { update() {}, hide: () => log.push("hidden") }) } });
      f(1);
      f(1);
      (f as any).clear();
      end();
      f(1);
      return { log, cleared };
    }`,
  );
  const { log, cleared } = program.run();
  expect(log).toEqual(["miss", "Running f(...)", "hidden", "write", "hit", "clear", "Running f(...)", "hidden"]);
  expect(cleared).toEqual([expect.stringMatching(/asked\.ts#f$/)]);
  registry[place] = outer;
});
