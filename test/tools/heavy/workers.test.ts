import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Project } from "../../adapters/project.ts";
import { Installed } from "../install.ts";
import { definitionsOf, reportIn } from "../program.ts";
import { runCommand } from "../spawn.ts";

/** A Worker with esbuild, run by workerd through miniflare. It needs Node 22, which the project brings along. */
const FILES = {
  "build.mjs": `import { build } from "esbuild";
import cachet from "cachet/esbuild";
await build({
  entryPoints: ["src/worker.ts"], bundle: true, format: "esm", outfile: "out/worker.mjs", target: "es2022",
  conditions: ["workerd", "worker", "browser"], external: ["cloudflare:workers"], plugins: [cachet()],
});
`,
  // As docs/stores.md has it.
  "src/kv.ts": `import { env } from "cloudflare:workers";
import { configure } from "cachet";
import { keyvStore } from "cachet/stores/keyv";

const { CACHE } = env;
const kv = {
  get: (keys: string[]) => Promise.all(keys.map((key) => CACHE.get(key, "json"))),
  set: (key: string, value: unknown, ttl?: number) =>
    CACHE.put(key, JSON.stringify(value), ttl === undefined ? {} : { expirationTtl: Math.max(60, Math.ceil(ttl / 1000)) }),
  delete: (key: string) => CACHE.delete(key),
};
configure({ stores: { kv: keyvStore(kv, { name: "kv" }) } });
`,
  "src/worker.ts": `import "./kv";
import { cached } from "cachet";
import { report } from "./report";

// cachet-allow-mutable
let runs = 0;

/** @cacheData({ persist: "kv", ttl: "1h" }) */
async function kept(n: number) { runs++; return { n, at: new Date(0) }; }

/** @cacheData({ persist: true }) */
async function lost(n: number) { return n; }

export default {
  async fetch(request: Request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/report") return new Response("REPORT " + JSON.stringify(await report()));
    if (pathname === "/lost") return Response.json(await lost(1));
    if (pathname === "/clear") await cached(kept).clear();
    const { at } = await kept(1);
    return Response.json([runs, at instanceof Date]);
  },
};
`,
  "run.mjs": `import { Miniflare } from "miniflare";
const worker = new Miniflare({
  modules: true, scriptPath: "out/worker.mjs", compatibilityDate: "2026-01-01", kvNamespaces: ["CACHE"], kvPersist: ".kv",
});
for (const path of process.argv.slice(2)) console.log(await (await worker.dispatchFetch("http://worker" + path)).text());
await worker.dispose();
`,
};

describe("workerd, by miniflare 4", () => {
  let installed: Installed;
  let project: Project;
  beforeAll(async () => {
    installed = new Installed("workers");
    project = installed.open(FILES);
    const built = await runCommand(project.root, ["node", "build.mjs"]);
    expect(built.code, built.output).toBe(0);
  });
  afterAll(() => installed.remove());

  const ask = async (...paths: string[]) => {
    const { code, output } = await runCommand(project.root, ["node", join(project.root, "run.mjs"), ...paths]);
    expect(code, output).toBe(0);
    return output;
  };

  it("has the ids and hashes of the others, and hits", async () => {
    const { definitions, values, hits } = reportIn(await ask("/report"));
    expect(definitions).toEqual(definitionsOf(project));
    expect([values, hits]).toEqual([[2, 2, 9, 5, true], 1]);
  });

  it("says that there is no durable store and how one is given", async () => {
    expect(await ask("/lost")).toMatch(/there is no IndexedDB here.*configure\(\{ stores/s);
  });

  it("keeps entries in a KV namespace, from one worker to the next, until they are cleared", async () => {
    expect(await ask("/", "/")).toContain("[1,true]\n[1,true]");
    expect(await ask("/")).toContain("[0,true]");
    expect(await ask("/clear", "/")).toContain("[1,true]\n[1,true]");
    expect(await ask("/")).toContain("[0,true]");
  });
});
