import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CodeAction, CompletionItem, Hover, Location, WorkspaceEdit } from "vscode-languageserver-protocol";
import type { CoveredFunction } from "../../editor/covered-function.ts";
import { diskStore } from "../../runtime/stores/disk.ts";
import { buildPackage, project, write } from "../cli/bin.ts";
import { at, LspClient } from "./lsp-client.ts";

const HELPER =
  "export const scale = (n: number): number => n * 2;\nexport const fresh = (value: unknown): boolean => value !== undefined;\n";
const DATA = `import { fresh, scale } from "./helper.js";
const LIMIT = 60;
/** @cacheData({ ttl: LIMIT, validate: fresh }) */
export function load(id: number): number {
  return scale(id) + LIMIT;
}
`;

let bin: string;
let directory: string;
let client: LspClient;

const uriOf = (file: string) => client.uriOf(file);

beforeAll(() => {
  bin = join(buildPackage(), "dist/cli/index.js");
});

beforeEach(async () => {
  directory = project({ "package.json": '{ "name": "app", "type": "module" }', "helper.ts": HELPER });
  client = await LspClient.start(bin, directory);
});

afterEach(() => client.stop());

describe("cachet lsp", () => {
  it("says what is wrong as it is typed, and what a hash can't see", async () => {
    await client.open("data.ts", DATA);
    const edit = (range: object, text: string) => client.change("data.ts", text, range);
    await edit({ start: at(DATA, "ttl"), end: at(DATA, "ttl", 3) }, "tll");
    const [wrong] = await client.diagnosticsOf("data.ts", (found) => found.length > 0);
    expect(wrong).toMatchObject({
      code: "CACHET1008",
      message: "`@cacheData` has no option `tll`. Did you mean `ttl`?",
      severity: 1,
      source: "cachet",
      range: { start: at(DATA, "ttl"), end: at(DATA, "ttl", 3) },
    });
    await edit({ start: at(DATA, "ttl"), end: at(DATA, "ttl", 3) }, "ttl");
    expect(await client.diagnosticsOf("data.ts", (found) => found.length === 0)).toEqual([]);
    await edit({ start: at(DATA, "scale(id)"), end: at(DATA, "scale(id)", 9) }, "Date.now()");
    expect(await client.diagnosticsOf("data.ts", (found) => found.length > 0)).toMatchObject([
      { code: "CACHET3003", severity: 2 },
    ]);
  });

  it("offers what can be done, in the file and in the one that it reaches", async () => {
    const text = DATA.replace("ttl", "tll").replace("scale(id)", "scale(Date.now())");
    await client.open("data.ts", text);
    const actions = (start: object, end = start) =>
      client.ask<CodeAction[]>("codeAction", "data.ts", undefined, {
        range: { start, end },
        context: { diagnostics: [] },
      });
    const [spelling] = await actions(at(text, "tll", 1));
    expect(spelling).toMatchObject({ kind: "quickfix", isPreferred: true, diagnostics: [{ code: "CACHET1008" }] });
    expect(spelling?.edit?.changes).toEqual({
      [uriOf("data.ts")]: [{ range: { start: at(text, "tll"), end: at(text, "tll", 3) }, newText: "ttl" }],
    });
    expect(await actions(at(text, "return"))).toEqual([]);
    write(directory, { "helper.ts": HELPER.replace("n * 2", "n * Math.random()") });
    await client.change("data.ts", DATA);
    const [allow] = await actions(at(DATA, "@cacheData"), at(DATA, "validate"));
    expect(allow).toMatchObject({ title: "Add // cachet-allow-impure", diagnostics: [{ code: "CACHET3003" }] });
    const place = { line: 0, character: 0 };
    expect(allow?.edit?.changes?.[uriOf("helper.ts")]).toEqual([
      { range: { start: place, end: place }, newText: "// cachet-allow-impure\n" },
    ]);
  });

  it.each([
    ["a tag", "/** @c|", ["@cacheData", "@cacheResource"]],
    ["an option", "/** @cacheData({ ttl: 1, | }) */ function f() {}", ["maxEntries", "persist"]],
    ["an option on a line of its own", "/**\n * @cacheData({\n *   ttl: 1,\n *   v|\n", ["validate", "version"]],
    ["a value", "/** @cacheData({ persist: | }) */ function f() {}", ["true", '"disk"']],
    ["a function", "const ok = () => true;\n/** @cacheData({ validate: | }) */ function f() {}", ["ok"]],
  ])("completes %s", async (_, written, labels) => {
    const text = written.replace("|", "");
    await client.open("data.ts", text);
    const items = await client.ask<CompletionItem[]>("completion", "data.ts", at(written, "|"));
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(labels));
    expect(items.map(({ label }) => label)).not.toContain("ttl");
  });

  it.each([
    ["of the project", "src/cache.ts", { "tsconfig.json": '{ "include": ["src"] }' }],
    ["beside the file, without a project", "cache.ts", {}],
  ])("completes the stores that are registered in files %s", async (_, file, more) => {
    const text = 'import { configure } from "cachet";\nconfigure({ stores: { shared: redis, "by-region": other } });\n';
    write(directory, { [file]: text, ...more });
    await client.open("data.ts", "/** @cacheData({ persist:  }) */ function f() {}");
    const items = await client.ask<CompletionItem[]>("completion", "data.ts", { line: 0, character: 26 });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(['"disk"', '"shared"', '"by-region"']));
  });

  it("completes nothing outside of marks", async () => {
    await client.open("data.ts", "const x = { | };\n/** prose { */\n".replace("|", ""));
    expect(await client.ask("completion", "data.ts", { line: 0, character: 12 })).toEqual([]);
    expect(await client.ask("completion", "data.ts", { line: 1, character: 11 })).toEqual([]);
  });

  it("shows what a function is and what its hash covers, and what an option takes", async () => {
    await client.open("data.ts", DATA);
    const hover = await client.ask<Hover>("hover", "data.ts", at(DATA, "@cacheData", 3));
    const { value } = hover.contents as { value: string };
    expect(value).toMatch(/\*\*cachet\*\* data `load` `c1:[0-9a-f]{32}`/);
    expect(value).toContain("Key: `id`");
    expect(value).toContain("- value `scale` helper.ts:1");
    const option = await client.ask<Hover>("hover", "data.ts", at(DATA, "validate", 2));
    expect(option.contents).toMatchObject({ value: expect.stringContaining("`validate`: a function") });
    expect(await client.ask("hover", "data.ts", at(DATA, "return"))).toBeNull();
    expect(await client.lenses("data.ts")).toEqual([
      { line: 2, title: expect.stringMatching(/^covers \d declarations in 2 files$/) },
    ]);
  });

  it("tells what earlier runs have left on disk of a function", async () => {
    await client.open("src/data.ts", DATA.replace("./helper", "../helper"));
    const hover = async () =>
      (await client.ask<Hover>("hover", "src/data.ts", at(DATA, "@cacheData", 3))).contents as { value: string };
    expect((await hover()).value).not.toContain("On disk");
    const [fn] = await client.ask<CoveredFunction[]>("cachet/covers", "src/data.ts");
    const { id, hash } = fn as CoveredFunction;
    const store = diskStore({ dir: join(directory, "node_modules/.cache/cachet"), now: Date.now });
    const keep = (key: string, code: string) =>
      store.write(key, new Uint8Array(600), { function: id, hash: code, written: Date.now(), cost: 1 });
    keep("1", "c1:before");
    expect((await hover()).value).toContain("On disk: no entry yet; 1 of other versions of its code");
    keep("1", hash);
    keep("2", hash);
    expect((await hover()).value).toMatch(/On disk: 2 entries, 1\.\d KiB; 1 of other versions/);
  });

  it("keeps its lenses while a mark is written", async () => {
    const text = `${DATA}/** @cacheData */\nexport function other() { return 1; }\n`;
    await client.open("data.ts", text);
    const lenses = await client.lenses("data.ts");
    expect(lenses.map(({ line }) => line)).toEqual([2, 6]);
    await client.change("data.ts", text.replace("ttl: LIMIT, ", "ttl: LIMIT, max, "));
    await client.diagnosticsOf("data.ts", ({ length }) => length > 0);
    expect(await client.lenses("data.ts")).toEqual(lenses);
    await client.change("data.ts", text.replace(/\/\*\* @.*\n/g, ""));
    expect(await client.lenses("data.ts")).toEqual([]);
  });

  it.each([
    ["an option", "{ tll: 1 }", "@cacheData"],
    ["a tag", "", "@cacheDta"],
  ])("shows the lenses of the other functions where %s is wrong from the start", async (_, options, tag) => {
    const text = `/** ${tag}(${options}) */\nexport function wrong() { return 1; }\n${DATA}`.replace("()", "");
    await client.open("data.ts", text);
    await client.diagnosticsOf("data.ts", ({ length }) => length > 0);
    const [lens, ...others] = await client.lenses("data.ts");
    expect(lens).toEqual({ line: 4, title: expect.stringMatching(/^covers \d declarations in 2 files$/) });
    expect(others).toEqual([]);
    const hover = await client.ask<Hover>("hover", "data.ts", at(text, "@cacheData({ ttl: LIMIT", 3));
    expect(hover.contents).toMatchObject({ value: expect.stringContaining("Key: `id`") });
  });

  it("follows names inside a mark: definition, references, rename", async () => {
    await client.open("data.ts", DATA);
    expect(await client.ask<Location>("definition", "data.ts", at(DATA, "fresh })", 2))).toEqual({
      uri: uriOf("helper.ts"),
      range: { start: at(HELPER, "fresh"), end: at(HELPER, "fresh", 5) },
    });
    expect(await client.ask<Location>("definition", "data.ts", at(DATA, "LIMIT, validate", 1))).toMatchObject({
      range: { start: at(DATA, "LIMIT") },
    });
    const places = ["LIMIT = 60", "LIMIT;", "LIMIT, validate"].map((piece) => at(DATA, piece));
    for (const from of places) {
      const found = await client.ask<Location[]>("references", "data.ts", from, {
        context: { includeDeclaration: true },
      });
      expect(found.map(({ range }) => range.start)).toEqual(places);
      const { changes } = await client.ask<WorkspaceEdit>("rename", "data.ts", from, { newName: "MOST" });
      expect(changes?.[uriOf("data.ts")]?.map(({ range, newText }) => [range.start, newText])).toEqual(
        places.map((place) => [place, "MOST"]),
      );
    }
  });

  it("renames what is imported under the new name, and members by what they were called", async () => {
    const text = DATA.replace("return scale", "void { fresh };\n  return scale");
    await client.open("data.ts", text);
    const { changes } = await client.ask<WorkspaceEdit>("rename", "data.ts", at(text, "fresh })", 2), {
      newName: "good",
    });
    expect(changes?.[uriOf("data.ts")]?.map(({ newText }) => newText)).toEqual([
      "fresh as good",
      "fresh: good",
      "good",
    ]);
  });

  it("colours what stands in a mark", async () => {
    const text = DATA.replace("ttl: LIMIT", 'ttl: LIMIT, persist: "disk", maxEntries: 5, showTime: true');
    await client.open("data.ts", text);
    const { data } = await client.ask<{ data: number[] }>("textDocument/semanticTokens/full", "data.ts");
    const line = text.split("\n")[2] as string;
    const words: [string, number][] = [];
    for (let index = 0, character = 0; index < data.length; index += 5) {
      const [down, right, length, type] = data.slice(index, index + 4) as [number, number, number, number];
      expect(down).toBe(index === 0 ? 2 : 0);
      character += right;
      words.push([line.slice(character, character + length), type]);
    }
    expect(words).toEqual([
      ["@cacheData", 0],
      ["ttl", 1],
      ["LIMIT", 3],
      ["persist", 1],
      ['"disk"', 4],
      ["maxEntries", 1],
      ["5", 5],
      ["showTime", 1],
      ["true", 6],
      ["validate", 1],
      ["fresh", 3],
    ]);
  });

  it("tells what a hash covers for an editor that draws it", async () => {
    await client.open("data.ts", DATA);
    const [covered] = await client.ask<CoveredFunction[]>("cachet/covers", "data.ts");
    expect(covered).toMatchObject({ id: "app/data.ts#load", kind: "data" });
    expect(covered?.nodes.map(({ name, uri, line }) => [name, uri, line])).toEqual(
      expect.arrayContaining([
        ["load", uriOf("data.ts"), 3],
        ["scale", uriOf("helper.ts"), 0],
      ]),
    );
  });

  it("says which functions are cold or new since the newest commit, once it knows", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: directory });
    const lens = async () =>
      (await client.lenses("data.ts")).map(({ title }) => title?.replace(/^covers .* files?/, ""));
    write(directory, { "tsconfig.json": "{}", "data.ts": DATA });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    const text = `${DATA}/** @cacheData */\nexport function more() { return 1; }\n`.replace(
      "scale(id) +",
      "scale(id) -",
    );
    await client.open("data.ts", text);
    const eventually = { timeout: 30_000, interval: 200 };
    await expect.poll(lens, eventually).toEqual([" · cold since HEAD", " · new since HEAD"]);
    git("commit", "-qam", "second");
    await client.tell("didSave", "data.ts");
    await expect.poll(lens, eventually).toEqual(["", ""]);
  });

  it("knows single-file components", async () => {
    const text =
      '<script setup lang="ts">\nconst props = defineProps<{ n: number }>();\n/** @cacheDta */\nfunction f() { return props.n; }\n</script>\n';
    await client.open("App.vue", text);
    const [wrong] = await client.diagnosticsOf("App.vue", (found) => found.length > 0);
    expect(wrong).toMatchObject({ code: "CACHET1001", range: { start: at(text, "@cacheDta") } });
  });

  it("leaves a project to TypeScript's server where that loads the plugin, and not where it is TypeScript 7", async () => {
    write(directory, {
      "tsconfig.json": '{ "compilerOptions": { "plugins": [{ "name": "cachet/language-service" }] } }',
    });
    const version = (text: string) =>
      write(directory, { "node_modules/typescript/package.json": `{ "version": "${text}" }` });
    version("6.0.2");
    await client.open("a.ts", DATA);
    expect(await client.ask("hover", "a.ts", at(DATA, "@cacheData", 3))).toBeNull();
    version("7.0.2");
    await client.open("b.ts", DATA);
    expect(await client.ask("hover", "b.ts", at(DATA, "@cacheData", 3))).not.toBeNull();
  });
});
