import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage, project } from "../cli/bin.ts";
import type { LanguageClient } from "./vscode/languageclient-stand-in.ts";
import type { seen as Seen } from "./vscode/vscode-stand-in.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const standIn = (name: string) => fileURLToPath(new URL(`./vscode/${name}-stand-in.ts`, import.meta.url));
const globals = globalThis as unknown as { vscodeSeen: typeof Seen; languageClient: LanguageClient | undefined };

const HELPER = "const FACTOR = 2;\nexport const scale = (n: number): number => n * FACTOR;\n";
const DATA = `import { scale } from "./helper.js";
/** @cacheData */
export function load(id: number): number {
  return scale(id) + again(id);
}
function again(id: number): number {
  return scale(id) + 1;
}
`;

interface Branch {
  node: { name: string };
}
interface View {
  getChildren(branch?: Branch): Branch[];
  getTreeItem(branch: Branch): { label: string; description: string; command?: { arguments: [object, object] } };
}

let bundle: string;
let bin: string;
let folder: string;
let extension: { activate(context: object): Promise<void>; deactivate(): Promise<void> };

beforeAll(async () => {
  bin = buildPackage();
  bundle = join(mkdtempSync(join(tmpdir(), "cachet-vscode-")), "extension.cjs");
  await build({
    entryPoints: [join(repository, "editors/vscode/src/extension.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile: bundle,
    alias: { vscode: standIn("vscode"), "vscode-languageclient/node": standIn("languageclient") },
    nodePaths: [join(repository, "node_modules")],
  });
});

afterAll(() => {
  if (bundle) rmSync(dirname(bundle), { recursive: true, force: true });
});

beforeEach(() => {
  const require = createRequire(import.meta.url);
  delete require.cache[bundle];
  globals.languageClient = undefined;
  extension = require(bundle);
  folder = project({ "package.json": '{ "name": "app", "type": "module" }', "helper.ts": HELPER, "data.ts": DATA });
  globals.vscodeSeen.folder = folder;
});

afterEach(() => extension.deactivate());

const activate = () => extension.activate({ subscriptions: [] });
const uriOf = (file: string) => pathToFileURL(join(folder, file)).href;
const run = (command: string, ...args: unknown[]) => globals.vscodeSeen.commands.get(command)?.(...args);

async function open(file: string, text: string): Promise<void> {
  const textDocument = { uri: uriOf(file), languageId: "typescript", version: 1, text };
  await globals.languageClient?.sendNotification("textDocument/didOpen", { textDocument });
}

/** What the view shows, indented. */
function shown(branch?: Branch, lead = ""): string[] {
  const view = globals.vscodeSeen.provider as View;
  return view.getChildren(branch).flatMap((child) => {
    const { label, description } = view.getTreeItem(child);
    return [`${lead}${label}: ${description}`, ...shown(child, `${lead}  `)];
  });
}

function install(): void {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(bin, join(folder, "node_modules/cachet"), "junction");
}

describe("the extension for VS Code", () => {
  it("starts no server in a project without cachet", async () => {
    await activate();
    expect(globals.languageClient).toBeUndefined();
    expect(globals.vscodeSeen.ran).toEqual([["setContext", "cachet.hasServer", false]]);
    await run("cachet.showCovers");
  });

  it("starts the project's own server, and shows what a hash covers for a click on a lens or at the cursor", async () => {
    install();
    await activate();
    expect(globals.vscodeSeen.ran).toEqual([["setContext", "cachet.hasServer", true]]);
    await open("data.ts", DATA);
    const lenses = await globals.languageClient?.sendRequest("textDocument/codeLens", {
      textDocument: { uri: uriOf("data.ts") },
    });
    const { command } = (lenses as { command: { title: string; command: string; arguments: string[] } }[])[0] ?? {};
    expect(command?.title).toMatch(/^covers 4 declarations in 2 files/);
    await run(command?.command as string, ...(command?.arguments ?? []));
    expect(shown()).toEqual([
      "load: function · data.ts:3",
      "  scale: value · helper.ts:2",
      "    FACTOR: value · helper.ts:1",
      "  again: function · data.ts:6",
      "    scale: value · helper.ts:2 · see above",
    ]);
    expect(globals.vscodeSeen.ran.at(-1)).toEqual(["cachet.covers.focus"]);
    const view = globals.vscodeSeen.provider as View;
    const [target, options] =
      view.getTreeItem(view.getChildren(view.getChildren()[0])[0] as Branch).command?.arguments ?? [];
    expect([String(target), options]).toMatchObject([uriOf("helper.ts"), { selection: { start: { line: 1 } } }]);
  });

  it("says so where a file has no cached function", async () => {
    install();
    await activate();
    await open("helper.ts", HELPER);
    globals.vscodeSeen.editor = {
      document: { uri: { fsPath: join(folder, "helper.ts"), toString: () => uriOf("helper.ts") } as never },
      selection: { active: { line: 0 } },
    };
    await run("cachet.showCovers");
    expect(globals.vscodeSeen.messages).toEqual([expect.stringContaining("no cached function")]);
  });

  it("has commands, a view and a setting that its manifest declares", () => {
    const { contributes } = JSON.parse(readFileSync(join(repository, "editors/vscode/package.json"), "utf8"));
    const source = ["extension", "covers-view"].map((name) =>
      readFileSync(join(repository, `editors/vscode/src/${name}.ts`), "utf8"),
    );
    for (const { command } of contributes.commands) expect(source.join("\n")).toContain(`"${command}"`);
    for (const { id } of contributes.views.explorer) expect(source.join("\n")).toContain(`"${id}"`);
    expect(Object.keys(contributes.configuration.properties)).toEqual(["cachet.server"]);
  });
});
