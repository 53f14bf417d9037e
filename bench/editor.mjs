// How long `cachet lsp` lets an editor wait, in a project of 300 modules whose first one reaches all others:
// `npm run bench:editor`. Prints the least and the median of several starts and keystrokes.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

const MODULES = 300;
const HELPERS = 15;
const STARTS = 7;
const KEYSTROKES = 40;
const BIN = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const LAST_VERSION = 1000;
const FIRST = "src/m0.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "cachet-bench-editor-")));
const times = new Map();
try {
  writeProject();
  await session();
  for (let start = 0; start < STARTS; start++) await session(", with the build cache");
  for (const [what, list] of times) {
    const sorted = [...list].sort((a, b) => a - b);
    const shown = [sorted[0], sorted[sorted.length >> 1]].map((time) => time.toFixed(1));
    console.log(`${what}: ${shown[0]} ms, median of ${sorted.length} ${shown[1]} ms`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

function writeProject() {
  mkdirSync(join(root, "src"));
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "package.json"), '{ "name": "app", "type": "module" }');
  writeFileSync(join(root, "tsconfig.json"), '{ "compilerOptions": { "module": "nodenext" } }');
  for (let index = 0; index < MODULES; index++) writeFileSync(join(root, `src/m${index}.ts`), moduleText(index));
}

function moduleText(index) {
  const uses = [2 * index + 1, 2 * index + 2, index + 7].filter((use) => use < MODULES);
  const lines = uses.map((use) => `import { scale${use} } from "./m${use}.js";`);
  lines.push(`const LIMIT = ${index + 1};`, `const fresh = (value: unknown): boolean => value !== undefined;`);
  lines.push(
    `export const scale${index} = (n: number): number => n * LIMIT${uses.map((use) => ` + scale${use}(n)`).join("")};`,
  );
  for (let helper = 0; helper < HELPERS; helper++)
    lines.push(
      `export function helper${helper}(a: number, b: string): string {`,
      `  const parts = [a, b, "x${helper}"];`,
      "  for (const part of parts) if (part === b) return String(part);",
      '  return parts.join(",");',
      "}",
    );
  lines.push('/** @cacheData({ ttl: "1h", maxEntries: LIMIT, validate: fresh }) */');
  lines.push(`export function load(id: number): number {\n  return scale${index}(id);\n}`);
  lines.push(
    "/** @cacheResource */\nexport function open(id: number): object {\n  return { id, text: helper3(id, String(id)) };\n}",
  );
  return `${lines.join("\n")}\n`;
}

/** From the start of the process to the end of its client. */
async function session(how) {
  const begin = performance.now();
  const server = spawn(process.execPath, [BIN, "lsp", "--stdio"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const client = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  let published = () => {};
  const diagnostics = () => new Promise((resolve) => void (published = resolve));
  client.onNotification("textDocument/publishDiagnostics", (found) => published(found));
  client.onRequest("workspace/codeLens/refresh", () => null);
  client.listen();
  const capabilities = { workspace: { codeLens: { refreshSupport: true } } };
  await client.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities });
  void client.sendNotification("initialized", {});
  const text = readFileSync(join(root, FIRST), "utf8");
  const textDocument = { uri: pathToFileURL(join(root, FIRST)).href };
  const opened = diagnostics();
  void client.sendNotification("textDocument/didOpen", {
    textDocument: { ...textDocument, languageId: "typescript", version: 1, text },
  });
  await opened;
  note(`start to first diagnostics${how ?? ", first time"}`, begin);
  await client.sendRequest("textDocument/codeLens", { textDocument });
  note(`start to first lens${how ?? ", first time"}`, begin);
  if (how) await type(client, textDocument, text, diagnostics);
  await client.sendRequest("shutdown");
  await client.sendNotification("exit");
  await new Promise((resolve) => server.once("exit", resolve));
  client.dispose();
}

async function type(client, textDocument, text, diagnostics) {
  const line = text.slice(0, text.indexOf('"1h"')).split("\n").length - 1;
  const place = { line, character: text.split("\n")[line].indexOf("1h") + 1 };
  const position = { start: place, end: place };
  for (let stroke = 0; stroke < KEYSTROKES / STARTS; stroke++) {
    const begin = performance.now();
    const checked = diagnostics();
    const change = { range: position, text: "0" };
    void client.sendNotification("textDocument/didChange", {
      textDocument: { ...textDocument, version: stroke + 2 },
      contentChanges: [change],
    });
    await checked;
    note("keystroke to diagnostics", begin);
    await Promise.all([
      client.sendRequest("textDocument/completion", { textDocument, position: place }),
      client.sendRequest("textDocument/semanticTokens/full", { textDocument }),
      client.sendRequest("textDocument/codeLens", { textDocument }),
      client.sendRequest("textDocument/codeAction", {
        textDocument,
        range: position,
        context: { diagnostics: [], triggerKind: 2 },
      }),
    ]);
    note("keystroke to completion, colours, lenses and quick fixes", begin);
    const typed = performance.now();
    await diagnostics();
    note("linking, with the 300 ms before it", typed);
    const again = performance.now();
    await client.sendRequest("textDocument/hover", { textDocument, position: place });
    note("hover once linked", again);
  }
  // As it was, for the build cache.
  void client.sendNotification("textDocument/didChange", {
    textDocument: { ...textDocument, version: LAST_VERSION },
    contentChanges: [{ text }],
  });
  await diagnostics();
  await diagnostics();
}

function note(what, begin) {
  times.set(what, [...(times.get(what) ?? []), performance.now() - begin]);
}
