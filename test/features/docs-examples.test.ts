import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cached } from "cachet";
import { afterAll, describe, expect, it } from "vitest";
import * as standIns from "./docs/stand-ins.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
mkdirSync(join(root, ".cache"), { recursive: true });
// Within the repository, so that the plugin transforms what is in it.
const folder = mkdtempSync(join(root, ".cache/docs-examples-"));
process.env["CACHET_DIR"] = join(folder, "store");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a block declares and exports. */
type Example = Record<string, any>;

/** The blocks of TypeScript on a page that show what people write: not those that show what a build makes of it. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block]) => block as string).filter(isSource);
}

const isSource = (block: string) => !block.includes("MISS");

/** The first line that is no comment, up to its first parenthesis or equals sign: `export async function load`. */
const titleOf = (block: string) => /^(?!\/\*\*|\/\/).+?(?= ?[(=]|;)/m.exec(block)?.[0] ?? block;

/** Loads a block as a module: marks are transformed, bodies that are left out count their runs, names that it doesn't declare are stand-ins. */
async function load(page: string, at: number): Promise<Example> {
  const block = (blocksOf(page)[at] as string).replaceAll("{ … }", "{ return ran(); }");
  const declared = (name: string) =>
    new RegExp(`(?:function\\*?|const|class) ${name}\\b|import .*\\b${name}\\b`).test(block);
  const missing = Object.keys(standIns).filter((name) => new RegExp(`\\b${name}\\b`).test(block) && !declared(name));
  const own = [...block.matchAll(/^(?:async )?(?:function\*?|const) (\w+)/gm)].map(([, name]) => name);
  const file = join(folder, `${page.replaceAll("/", "-")}-${at}.ts`);
  const imports = `import { ${missing.join(", ")} } from "../../test/features/docs/stand-ins.ts";`;
  writeFileSync(file, `${block}\n${imports}\nexport { ${own.join(", ")} };\n`);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

/** What calls of an example show, by its title; the others only have to load. */
const SHOWN: Record<string, (example: Example) => unknown> = {
  "export async function load": async ({ load, connect }) => {
    if (connect === undefined) return;
    expect(await load("/rows")).toEqual(await load("/rows"));
    expect(standIns.counts.fetched).toBe(1);
    expect(connect("dsn")).toBe(connect("dsn"));
  },
  "async function query": async ({ query }) => {
    const runs = [await query({}, "SELECT 1"), await query({}, "SELECT 1"), await query({}, "SELECT 2")];
    expect(runs.map((run) => run - runs[0])).toEqual([0, 0, 1]);
  },
  "const list": async ({ list }) => {
    expect(list({ page: 1, sort: "name", seen: 1 })).toBe(list({ page: 1, sort: "name", seen: 2 }));
    expect(list({ page: 2, sort: "name" })).not.toBe(list({ page: 1, sort: "name" }));
  },
  "const requests": async ({ price, requests }) => {
    const of = (user: string, sku: string) => requests.run({ user }, () => price({ sku, seen: Math.random() }));
    expect(await of("ann", "a")).toBe(await of("ann", "a"));
    expect(await of("bob", "a")).not.toBe(await of("ann", "a"));
    expect(await of("ann", "b")).not.toBe(await of("ann", "a"));
  },
  "const request": ({ client, request }) => {
    const twice = () => [client(), client()];
    const [[a, b], [c]] = [request.run(twice), request.run(twice)];
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(() => client()).toThrow(/scope/);
  },
  "async function rows": async ({ rows }) => {
    const file = join(folder, "rows.txt");
    writeFileSync(file, "one");
    expect(await rows(file)).toEqual(["one"]);
    expect(cached(rows).stats().entries).toBe(1);
  },
  "export async function* answer": async ({ answer }) => {
    const read = async () => {
      const words = [];
      for await (const word of answer("Why?")) words.push(word);
      return words;
    };
    expect([await read(), await read()]).toEqual([
      ["It", " is"],
      ["It", " is"],
    ]);
  },
};

describe.each(["README.md", "docs/how-it-works.md", "docs/panel.md"])("%s", (page) => {
  it.each(blocksOf(page).map((block, at) => [titleOf(block), at] as const))("%s", async (title, at) => {
    const example = await load(page, at);
    await SHOWN[title]?.(example);
  });
});

/** Files and folders that pages may name, with every part of their paths in front left out: `3-hash/graph`, `call/stale.ts`. */
const NAMES = new Set(
  ["cli", "docs", "editor", "playground", "runtime", "scripts", "test", "transformer"].flatMap((folder) =>
    ["", ...readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })].flatMap((path) => {
      const parts = [folder, ...path.split(sep)].filter((part) => part !== "");
      return parts.map((_, at) => parts.slice(at).join("/"));
    }),
  ),
);

it.each(["CONTRIBUTING.md", "docs/how-it-works.md", "docs/stores.md"])("%s names files that exist", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const named = [...text.matchAll(/`((?:[\w.-]+\/)+|(?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map(([, path]) => path as string);
  const ours = named.filter((path) => !/^(?:bench|dist|editors|language-service|src|shop|\.\.?)\//.test(path));
  expect(ours.length).toBeGreaterThan(2);
  expect(ours.map((path) => path.replace(/\/$/, "")).filter((path) => !NAMES.has(path))).toEqual([]);
});
