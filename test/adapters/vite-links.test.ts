import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer, type Plugin, type ViteDevServer } from "vite";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const around = `${repository}.cache/vite-links-${process.pid}`;
const root = `${around}/app`;

const FILES = {
  "app/package.json": '{ "name": "linked", "type": "module" }',
  "app/rate.ts": "export const rate = 2;\n",
  "app/helper.ts": 'export { rate } from "./rate.ts";\nexport const scale = (n: number) => n * 10;\n',
  "app/names.txt": "one two\n",
  "lib/shared.txt": "three\n",
  "app/data.ts": `import { rate, scale } from "./helper.ts";
/** @cacheData */
export function scaled(n: number) { return scale(n) * rate; }
/** @cacheData */
export function names() { return [new URL("./names.txt", import.meta.url), new URL("../lib/shared.txt", import.meta.url)].map(String); }
`,
  "app/user.ts": 'import { scaled, names } from "./data.ts";\nexport const used = [scaled(1), names()];\n',
};

let server: ViteDevServer | undefined;
/** What was resolved from the helper. */
let asked: string[] = [];

async function start(hmr: boolean): Promise<ViteDevServer> {
  for (const [file, text] of Object.entries(FILES)) writeFileSync(`${around}/${file}`, text);
  const { default: cachet } = await import(`${repository}dist/node/tools/vite.js`);
  server = await createServer({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [cachet(), counting],
    server: { middlewareMode: true, ws: false, ...(!hmr && { hmr: false }) },
    appType: "custom",
  });
  await loadAll();
  return server;
}

const counting: Plugin = {
  name: "counting",
  enforce: "pre",
  resolveId(source, importer) {
    if (importer?.endsWith("/helper.ts")) asked.push(source);
  },
};

/** Loads every module, as a page or a test does, and gives the marked one's text. */
async function loadAll(): Promise<string> {
  const environment = server?.environments.ssr;
  for (const url of ["/user.ts", "/helper.ts", "/rate.ts"]) await environment?.transformRequest(url);
  return (await environment?.transformRequest("/data.ts"))?.code ?? "";
}

/** What a watcher tells, and what Vite does then. */
async function edit(file: string, text: string): Promise<void> {
  writeFileSync(`${around}/${file}`, text);
  server?.watcher.emit("change", `${around}/${file}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const hashesIn = (code: string): string[] => [...code.matchAll(/"(c\d+:[^"]+)"/g)].map(([, hash]) => String(hash));

beforeAll(() => {
  buildPackage();
  rmSync(around, { recursive: true, force: true });
  mkdirSync(`${root}/node_modules`, { recursive: true });
  mkdirSync(`${around}/lib`);
  symlinkSync(repository, `${root}/node_modules/cachet`);
  return () => rmSync(around, { recursive: true, force: true });
});

afterEach(async () => {
  await server?.close();
});

describe.each([
  ["a dev server", true],
  ["a server without hot updates, as that of Vitest is", false],
])("%s", (_, hmr) => {
  it.each([
    ["a file that the marked one imports", "app/helper.ts", FILES["app/helper.ts"].replace("10", "20"), 0],
    ["one behind it", "app/rate.ts", "export const rate = 3;\n", 0],
    ["one that nobody imports", "app/names.txt", "four\n", 1],
    ["one outside the root", "lib/shared.txt", "five\n", 1],
  ])("makes the marked module anew after an edit of %s", async (_, file, text, at) => {
    await start(hmr);
    const before = hashesIn(await loadAll());
    await edit(file, text);
    const after = hashesIn(await loadAll());
    expect(before).toHaveLength(2);
    expect(after[at]).not.toBe(before[at]);
    expect(after[1 - at]).toBe(before[1 - at]);
  });

  it("counts the marked module as one that imports what its hash covers, once that was edited", async () => {
    const { environments } = await start(hmr);
    await edit("app/names.txt", "six\n");
    const [changed] = environments.ssr.moduleGraph.getModulesByFile(`${root}/names.txt`) ?? [];
    expect([...(changed?.importers ?? [])].map(({ url }) => url)).toEqual(["/data.ts"]);
  });

  it("has what lies outside the root watched", async () => {
    const { watcher } = await start(hmr);
    expect(JSON.stringify(watcher.getWatched())).toContain("shared.txt");
  });

  it.each([
    ["a script's content, on which no resolution hangs", "app/data.ts", `${FILES["app/data.ts"]}// more\n`, []],
    ["a package.json, which may say where imports lead", "app/package.json", FILES["app/package.json"], ["./rate.ts"]],
  ])("looks where imports lead, or not, after an edit of %s", async (_, file, text, expected) => {
    await start(hmr);
    asked = [];
    await edit(file, text);
    if (file.endsWith(".json")) await edit("app/data.ts", `${FILES["app/data.ts"]}// more\n`);
    await loadAll();
    expect(asked).toEqual(expected);
  });

  it("asks for no module on behalf of what a hash covers", async () => {
    const { environments } = await start(hmr);
    expect(environments.ssr.moduleGraph.getModulesByFile(`${root}/names.txt`)).toBeUndefined();
  });
});
