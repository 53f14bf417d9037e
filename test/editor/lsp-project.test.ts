import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CodeAction, Hover } from "vscode-languageserver-protocol";
import type { CoveredFunction } from "../../editor/covered-function.ts";
import { buildPackage, project } from "../cli/bin.ts";
import { at, LspClient } from "./lsp-client.ts";

const MODULES = 300;
const REFRESHES = { workspace: { codeLens: { refreshSupport: true } } };

/** Modules that reach each other as a tree does: the first one all others. */
function moduleText(index: number): string {
  const uses = [2 * index + 1, 2 * index + 2].filter((use) => use < MODULES);
  return `${uses.map((use) => `import { scale as scale${use} } from "./m${use}.js";\n`).join("")}const OWN = ${index};
export const scale = (n: number): number => n * OWN${uses.map((use) => ` + scale${use}(n)`).join("")};
/** @cacheData({ ttl: "1h" }) */
export function load(id: number): number {
  return scale(id);
}
`;
}

const files = Object.fromEntries(
  Array.from({ length: MODULES }, (_, index) => [`src/m${index}.ts`, moduleText(index)]),
);
const ROOT = "src/m0.ts";
const LEAF = "src/m299.ts";
const rootText = moduleText(0);
const leafText = moduleText(299);
const ALL = `covers ${2 * MODULES + 1} declarations in ${MODULES} files`;

let bin: string;
beforeAll(() => {
  bin = join(buildPackage(), "dist/cli/index.js");
});

const makeProject = () =>
  project({
    ...files,
    "package.json": '{ "name": "app", "type": "module" }',
    "tsconfig.json": '{ "compilerOptions": { "module": "nodenext" } }',
    // The build cache is kept in here.
    "node_modules/.keep": "",
  });

async function start(directory: string): Promise<LspClient> {
  const client = await LspClient.start(bin, directory, REFRESHES);
  onTestFinished(() => client.stop());
  return client;
}

const hashOf = async (client: LspClient): Promise<string | undefined> =>
  (await client.ask<CoveredFunction[]>("cachet/covers", ROOT))[0]?.hash;

describe("cachet lsp in a project of 300 modules", () => {
  it("says the same from the build cache, where a hash covers all of them", async () => {
    const directory = makeProject();
    const first = await LspClient.start(bin, directory);
    await first.open(ROOT, rootText);
    expect(await first.lenses(ROOT)).toEqual([{ line: 4, title: ALL }]);
    const hash = await hashOf(first);
    await first.stop();
    const client = await start(directory);
    await client.open(ROOT, rootText);
    expect(await client.lenses(ROOT)).toEqual([{ line: 4, title: ALL }]);
    expect(await hashOf(client)).toBe(hash);
    const { contents } = await client.ask<Hover>("hover", ROOT, at(rootText, "@cacheData", 2));
    expect(contents).toMatchObject({ value: expect.stringContaining(`and ${2 * MODULES - 8} more`) });
  });

  it("follows what is typed far away, saved or not", async () => {
    const client = await start(makeProject());
    await client.open(ROOT, rootText);
    const hash = await hashOf(client);
    await client.open(LEAF, leafText);
    await client.change(LEAF, leafText.replace("OWN = 299", "OWN = Date.now()"));
    expect(await hashOf(client)).not.toBe(hash);
    await client.change(ROOT, `${rootText}\n`);
    const [found] = await client.diagnosticsOf(ROOT, ({ length }) => length > 0);
    expect(found).toMatchObject({ code: "CACHET3003", message: expect.stringContaining("m299.ts") });
    // Closed without saving.
    await client.tell("didClose", LEAF);
    expect(await hashOf(client)).toBe(hash);
  });

  it("answers with what it knows until it has looked at the other files again, and says so", async () => {
    const client = await start(makeProject());
    await client.open(ROOT, rootText);
    expect(await client.lenses(ROOT)).toEqual([{ line: 4, title: ALL }]);
    // It knows by now that there is no commit to compare with.
    await expect.poll(() => client.lensRefreshes, { timeout: 20_000 }).toBe(1);
    const own = rootText.split("\n").slice(2).join("\n").replace(" + scale1(n) + scale2(n)", " * Date.now()");
    // As editors ask by themselves.
    const actions = () =>
      client.ask<CodeAction[]>("codeAction", ROOT, undefined, {
        range: { start: at(own, "const scale"), end: at(own, "/**") },
        context: { diagnostics: [], triggerKind: 2 },
      });
    // At once: in between it would link.
    const [, early, lenses] = await Promise.all([client.change(ROOT, own), actions(), client.lenses(ROOT)]);
    expect([early, lenses]).toEqual([[], [{ line: 2, title: ALL }]]);
    await expect.poll(() => client.lensRefreshes, { timeout: 20_000 }).toBe(2);
    expect(await client.lenses(ROOT)).toEqual([{ line: 2, title: "covers 3 declarations in 1 file" }]);
    expect(await actions()).toMatchObject([{ title: "Add // cachet-allow-impure" }]);
  });
});
