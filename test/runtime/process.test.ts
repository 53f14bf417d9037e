import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cached } from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { data, freshId } from "./emitted.ts";

let folder = "";
const runtime = (file: string) => JSON.stringify(join(import.meta.dirname, "../../runtime", file));
async function run(name: string, source: string, env: Record<string, string> = {}) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(join(folder, `${name}.ts`), source);
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",

    alias: {
      "#environment": join(import.meta.dirname, "../../runtime/environment.node.ts"),
      "#platform": join(import.meta.dirname, "../../runtime/platform/node.ts"),
    },
    nodePaths: [join(import.meta.dirname, "../../node_modules")],
  });
  return spawnSync(process.execPath, [file], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...env },
    timeout: 20_000,
  });
}
const counting = `
  import * as c from ${runtime("internal.ts")};
  import { cached } from ${runtime("index.ts")};
  let runs = 0;
  const d = c.data({ id: "x#f", hash: "1", name: "f", parts: ["x"], use: { encode: c.encode, limits: c.limits }, ttl: 3600 });
  function f(x) { const v = d.get1(x); return v !== c.MISS ? v : d.run([x], () => ++runs); }
  c.attach(d, f);
  f(1); f(1); f(1);`;

describe("a process", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cachet-process-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("ends although entries wait to expire [B172]", async () => {
    const done = await run("ttl", `${counting} console.log(runs);`);
    expect([done.stdout, done.stderr, done.status]).toEqual(["1\n", "", 0]);
  });

  it("runs every call under CACHET_DISABLE=1", async () => {
    const done = await run("off", `${counting} console.log(runs, cached(f).id);`, { CACHET_DISABLE: "1" });
    expect(done.stdout).toBe("3 x#f\n");
  });

  it("with a page's platform knows only the synchronous part of a run, and still catches what it can [B241]", async () => {
    writeFileSync(
      join(folder, "page.ts"),
      `${counting}
      const g = c.data({ id: "x#g", hash: "1", name: "g", parts: [] });
      function again() { const v = g.get0(); return v !== c.MISS ? v : g.run([], () => again()); }
      try { again(); } catch (e) { console.log(runs, e.code); }`,
    );
    await build({
      entryPoints: [join(folder, "page.ts")],
      outfile: join(folder, "page.mjs"),
      bundle: true,
      platform: "neutral",
      mainFields: ["module", "main"],
      format: "esm",
      logLevel: "error",
      alias: {
        "#environment": join(import.meta.dirname, "../../runtime/environment.browser.ts"),
        "#platform": join(import.meta.dirname, "../../runtime/platform/browser.ts"),
      },
      nodePaths: [join(import.meta.dirname, "../../node_modules")],
    });
    const done = spawnSync(process.execPath, [join(folder, "page.mjs")], { encoding: "utf8" });
    expect([done.stdout, done.stderr]).toEqual(["1 CACHET_RECURSIVE_CALL\n", ""]);
  });
});

describe("two copies of the runtime", () => {
  it("share one state: entries, MISS and cached() [B322]", async () => {
    vi.resetModules();
    const other = (await import("../../runtime/internal.ts")) as typeof __cachet;
    const people = await import("../../runtime/index.ts");
    expect(other).not.toBe(__cachet);
    expect(other.MISS).toBe(__cachet.MISS);
    const id = freshId();
    const f = data((x: number) => x, { id, parts: ["x"] });
    f(1);
    expect(people.cached(f).has(1)).toBe(true);
    expect(other.data({ id, hash: "c1:0", name: "f", parts: ["x"] }).run([1], () => 2)).toBe(1);
    people.cacheData.clear();
    expect(cached(f).has(1)).toBe(false);
  });
});

describe("diagnostics channels", () => {
  it("carry every event, hits too, while somebody listens", () => {
    const seen: unknown[] = [];
    const note = (message: unknown) => seen.push(message);
    const f = data(() => 1, { name: "told", id: freshId("told") });
    f();
    f();
    channel("cachet:hit").subscribe(note);
    channel("cachet:clear").subscribe(note);
    f();
    cached(f).clear();
    channel("cachet:hit").unsubscribe(note);
    channel("cachet:clear").unsubscribe(note);
    f();
    f();
    expect(seen).toEqual([
      { type: "hit", from: "memory", id: cached(f).id, name: "told", kind: "data" },
      { type: "clear", all: true, id: cached(f).id, name: "told", kind: "data" },
    ]);
  });
});

it("digests texts where another realm's Uint8Array is the global one, as under jsdom", async () => {
  vi.resetModules();
  const { digest } = await import("../../runtime/platform/node.ts");
  const expected = createHash("sha256").update(Buffer.from("tag", "utf16le")).digest("hex");
  vi.stubGlobal("Uint8Array", runInNewContext("Uint8Array"));
  try {
    expect(digest("tag")).toBe(expected);
  } finally {
    vi.unstubAllGlobals();
  }
});
