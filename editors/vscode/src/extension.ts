import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import type { CoveredFunction } from "../../../editor/covered-function.ts";
import { functionAt } from "./covered-tree.ts";
import { CoversView } from "./covers-view.ts";
import { findServer } from "./find-server.ts";

const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact", "vue", "svelte", "astro"];
const SHOW_COVERS = "cachet.showCovers";

/** One server for each folder of the workspace whose project uses cachet. */
const clients = new Map<string, LanguageClient>();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const view = new CoversView();
  context.subscriptions.push(
    vscode.window.registerTreeDataProvider("cachet.covers", view),
    vscode.commands.registerCommand(SHOW_COVERS, (uri?: string, id?: string) => showCovers(view, uri, id)),
    vscode.commands.registerCommand("cachet.restart", async () => {
      await stopAll();
      await startAll();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(startAll),
  );
  await startAll();
}

export const deactivate = (): Promise<void> => stopAll();

async function startAll(): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  for (const [key, client] of clients) {
    if (folders.some((folder) => folder.uri.toString() === key)) continue;
    clients.delete(key);
    await client.stop();
  }
  await Promise.all(folders.map(start));
  await vscode.commands.executeCommand("setContext", "cachet.hasServer", clients.size > 0);
}

async function start(folder: vscode.WorkspaceFolder): Promise<void> {
  const key = folder.uri.toString();
  const setting = vscode.workspace.getConfiguration("cachet", folder.uri).get<string>("server");
  const command = findServer(folder.uri.fsPath, setting);
  // A project without cachet has no marks.
  if (command === undefined || clients.has(key)) return;
  const run = { module: command, args: ["lsp"], transport: TransportKind.stdio, options: { cwd: folder.uri.fsPath } };
  const pattern = `${folder.uri.fsPath}/**/*`;
  const client = new LanguageClient(
    "cachet",
    "cachet",
    { run, debug: run },
    {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language, pattern })),
      workspaceFolder: folder,
      initializationOptions: { coversCommand: SHOW_COVERS },
    },
  );
  clients.set(key, client);
  await client.start();
}

async function stopAll(): Promise<void> {
  const running = [...clients.values()];
  clients.clear();
  await Promise.all(running.map((client) => client.stop()));
}

/** Of the function that was clicked at, or of the one where the cursor is. */
async function showCovers(view: CoversView, clicked?: string, id?: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const uri = clicked === undefined ? editor?.document.uri : vscode.Uri.parse(clicked);
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  const client = folder && clients.get(folder.uri.toString());
  if (!uri || !client) return;
  const textDocument = { uri: uri.toString() };
  const functions = await client.sendRequest<CoveredFunction[] | null>("cachet/covers", { textDocument });
  const line = editor?.selection.active.line ?? 0;
  const fn = id === undefined ? functionAt(functions ?? [], line) : functions?.find((one) => one.id === id);
  if (!fn) {
    await vscode.window.showInformationMessage("This file has no cached function, or a mark in it is wrong.");
    return;
  }
  view.show(fn);
  await vscode.commands.executeCommand("cachet.covers.focus");
}
