import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";

const root = fileURLToPath(new URL(`../../.cache/define-${process.pid}`, import.meta.url));
type Adapter = typeof import("../../transformer/adapters/vite.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/vite.ts");

beforeAll(() => {
  mkdirSync(root, { recursive: true });
  writeFileSync(`${root}/package.json`, '{ "name": "defined", "type": "module" }');
  writeFileSync(
    `${root}/data.ts`,
    `const label = () => __VERSION__ + APP.channel;
/** @cacheData */
export function versioned(n: number) { return label() + n; }
/** @cacheData */
export function plain(n: number) { return n; }
export const mode = process.env.NODE_ENV;
`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function hashes(define: Record<string, string>): Promise<string[]> {
  const result = (await build({
    root,
    configFile: false,
    logLevel: "silent",
    define,
    plugins: [cachet()],
    build: { ssr: "data.ts", write: false, minify: false, rollupOptions: { external: /^cachet/ } },
  })) as Rollup.RollupOutput;
  return [...result.output[0].code.matchAll(/hash: "([^"]+)"/g)].map((match) => match[1] as string);
}

describe("names that the bundler replaces", () => {
  it("count by what is put in their place, where code reads them", async () => {
    const one = await hashes({ __VERSION__: '"1"', "APP.channel": '"beta"' });
    const same = await hashes({ "APP.channel": '"beta"', __VERSION__: '"1"', __UNREAD__: "1" });
    const version = await hashes({ __VERSION__: '"2"', "APP.channel": '"beta"' });
    const channel = await hashes({ __VERSION__: '"1"', "APP.channel": '"stable"' });
    expect(one).toHaveLength(2);
    expect(same).toEqual(one);
    expect(new Set([one[0], version[0], channel[0]]).size).toBe(3);
    expect([version[1], channel[1]]).toEqual([one[1], one[1]]);
  });
});
