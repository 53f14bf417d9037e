import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { CodeLens, Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver-protocol";

/** The place of a text in a file, for the client. */
export function at(text: string, piece: string, offset = 0) {
  const before = text.slice(0, text.indexOf(piece) + offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** A client of `cachet lsp` as a process of its own, in a project. */
export class LspClient {
  readonly directory: string;
  /** How often the server asked to look at the lenses again. */
  lensRefreshes = 0;
  readonly #server: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #versions = new Map<string, number>();

  /** @param bin the command's file */
  static async start(bin: string, directory: string, capabilities: object = {}): Promise<LspClient> {
    const client = new LspClient(bin, directory);
    await client.request("initialize", { processId: process.pid, rootUri: null, capabilities });
    await client.#connection.sendNotification("initialized", {});
    return client;
  }

  private constructor(bin: string, directory: string) {
    this.directory = directory;
    const server = spawn(process.execPath, [bin, "lsp", "--stdio"], {
      cwd: directory,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdin, stdout } = server;
    this.#server = server;
    const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    connection.onNotification("textDocument/publishDiagnostics", (found: PublishDiagnosticsParams) => {
      this.#published.push(found);
    });
    connection.onRequest("workspace/codeLens/refresh", () => {
      this.lensRefreshes++;
      return null;
    });
    connection.listen();
    this.#connection = connection;
  }

  uriOf(file: string): string {
    return pathToFileURL(join(this.directory, file)).href;
  }

  request<T>(method: string, params: object): Promise<T> {
    return this.#connection.sendRequest(method, params);
  }

  /** What concerns one file. */
  ask<T>(method: string, file: string, position?: object, more: object = {}): Promise<T> {
    const params = { textDocument: { uri: this.uriOf(file) }, ...(position && { position }), ...more };
    return this.request(method.includes("/") ? method : `textDocument/${method}`, params);
  }

  async lenses(file: string): Promise<{ line: number; title: string | undefined }[]> {
    const found = await this.ask<CodeLens[]>("codeLens", file);
    return found.map(({ range, command }) => ({ line: range.start.line, title: command?.title }));
  }

  /** Writes the file as well. */
  async open(file: string, text: string): Promise<void> {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), text);
    this.#versions.set(file, 1);
    const textDocument = { uri: this.uriOf(file), languageId: "typescript", version: 1, text };
    await this.#connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** Without a range all of the file. */
  async change(file: string, text: string, range?: object): Promise<void> {
    const version = (this.#versions.get(file) ?? 0) + 1;
    this.#versions.set(file, version);
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uriOf(file), version },
      contentChanges: [{ ...(range && { range }), text }],
    });
  }

  async tell(method: "didSave" | "didClose", file: string): Promise<void> {
    await this.#connection.sendNotification(`textDocument/${method}`, { textDocument: { uri: this.uriOf(file) } });
  }

  /** The last ones of a file, once they are as expected. */
  async diagnosticsOf(file: string, holds: (found: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    for (let tries = 0; tries < 400; tries++) {
      const last = this.#published.findLast(({ uri }) => uri === this.uriOf(file));
      if (last && holds(last.diagnostics)) return last.diagnostics;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(JSON.stringify(this.#published));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once("exit", resolve));
    await this.request("shutdown", {});
    await this.#connection.sendNotification("exit");
    await ended;
    this.#connection.dispose();
  }
}
