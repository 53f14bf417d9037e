/** The part of `vscode-languageclient` that the extension uses, over a real process and the real protocol. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

export const TransportKind = { stdio: 0 };

interface Run {
  module: string;
  args: string[];
  options: { cwd: string };
}

export class LanguageClient {
  readonly #run: Run;
  readonly #options: object;
  #process: ChildProcess | undefined;
  #connection: MessageConnection | undefined;

  constructor(_id: string, _name: string, { run }: { run: Run }, options: object) {
    this.#run = run;
    this.#options = options;
    (globalThis as { languageClient?: LanguageClient }).languageClient = this;
  }

  get options(): object {
    return this.#options;
  }

  async start(): Promise<void> {
    const { module, args, options } = this.#run;
    const { stdin, stdout } = (this.#process = spawn(
      process.execPath,
      [module, ...args, "--stdio", `--clientProcessId=${process.pid}`],
      {
        ...options,
        stdio: ["pipe", "pipe", "inherit"],
      },
    ));
    this.#connection = createMessageConnection(
      new StreamMessageReader(stdout as never),
      new StreamMessageWriter(stdin as never),
    );
    this.#connection.listen();
    await this.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      ...this.#options,
    });
    await this.#connection.sendNotification("initialized", {});
  }

  sendRequest = (method: string, params: object) => this.#connection?.sendRequest(method, params);
  sendNotification = (method: string, params: object) => this.#connection?.sendNotification(method, params);

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once("exit", resolve));
    await this.#connection?.sendRequest("shutdown");
    await this.#connection?.sendNotification("exit");
    await ended;
    this.#connection?.dispose();
  }
}
