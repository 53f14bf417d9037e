import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RollupWatcher, type RollupWatcherEvent, watch } from "rollup";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";

type Adapter = typeof import("../../transformer/adapters/rollup.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/rollup.ts");

const FILES = {
  "package.json": '{ "name": "watched", "type": "module" }',
  "node_modules/dep/package.json": '{ "name": "dep", "version": "1.0.0", "type": "module", "main": "index.js" }',
  "node_modules/dep/index.js": "export const lib = (n) => n;",
  "deep.ts": "export const deep = (n: number) => n + 1;\nexport const unrelated = 1;\n",
  "barrel.ts": 'export { deep as helper } from "./deep.ts";\n',
  "table.json": '{ "rate": 2 }',
  "main.ts": `import { lib } from "dep";
import { helper } from "./barrel.ts";
import table from "./table.json" with { type: "json" };
/** @cacheData */
export function reaches(n: number) { return helper(n) * table.rate; }
/** @cacheData */
export function own(n: number) { return lib(n); }
`,
};

/** What strips types behind the transform, and loads JSON. */
const strip = {
  name: "strip",
  transform(code: string, id: string) {
    if (id.endsWith(".json")) return { code: `export default ${code}`, map: null };
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
    return id.endsWith(".ts") ? { code: ts.transpileModule(code, { compilerOptions: options }).outputText } : null;
  },
};

let root: string;
let watcher: RollupWatcher;
/** Hashes of each finished build, as a queue. */
const builds: Record<string, string>[] = [];
let wake = () => {};

async function nextBuild(touch = () => {}): Promise<Record<string, string>> {
  while (builds.length === 0) {
    const woken = new Promise<void>((resolve) => (wake = resolve));
    // A file that is not watched yet when it is written has to be written again.
    await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, 1000))]);
    if (builds.length === 0) touch();
  }
  return builds.pop() as Record<string, string>;
}

async function onEvent(event: RollupWatcherEvent): Promise<void> {
  if (event.code === "ERROR") throw event.error;
  if (event.code !== "BUNDLE_END") return;
  const { output } = await event.result.generate({ format: "es" });
  await event.result.close();
  const found = [...output[0].code.matchAll(/id: "([^"]+)", hash: "([^"]+)"/g)];
  builds.push(Object.fromEntries(found.map((match) => [(match[1] as string).split("#")[1], match[2]])));
  wake();
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "cachet-watch-"));
  mkdirSync(join(root, "node_modules/dep"), { recursive: true });
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(root, file), text);
  watcher = watch({
    input: join(root, "main.ts"),
    external: [/^cachet/, "dep"],
    plugins: [cachet(), strip],
    output: { dir: join(root, "out") },
    watch: { skipWrite: true, chokidar: { usePolling: true, interval: 30 } },
  });
  watcher.on("event", onEvent);
});
afterAll(async () => {
  await watcher.close();
  rmSync(root, { recursive: true, force: true });
});

describe("rollup --watch", () => {
  it("embeds a new hash exactly where an edit reaches, however far away", async () => {
    let before = await nextBuild();
    expect(Object.keys(before)).toEqual(["reaches", "own"]);
    const edit = async (file: keyof typeof FILES, text: string, changed: string[]) => {
      builds.length = 0;
      const write = () => writeFileSync(join(root, file), text);
      write();
      let after = await nextBuild(write);
      const found = () => Object.keys(after).filter((name) => after[name] !== before[name]);
      // A file that was written again for the edit before may still be built once more.
      for (let more = 0; more < 5 && String(found()) !== String(changed); more++) after = await nextBuild(write);
      expect(found()).toEqual(changed);
      before = after;
    };
    await edit("deep.ts", FILES["deep.ts"].replace("n + 1", "n + 2"), ["reaches"]);
    await edit(
      "deep.ts",
      "// moved\nexport const unrelated = 2;\nexport const deep = (n: number): number => n + 2;\n",
      [],
    );
    await edit("table.json", '{ "rate": 3 }', ["reaches"]);
    await edit("barrel.ts", "export const helper = (n: number) => n;\n", ["reaches"]);
    await edit("main.ts", FILES["main.ts"].replace("return lib(n)", "return lib(n) + 1"), ["own"]);
  });
});
