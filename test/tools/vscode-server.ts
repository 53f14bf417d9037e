import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../adapters/project.ts";

const KEPT = process.env["CACHET_TOOLS_DIR"];
const CODE_SERVER = "code-server@4.139.1";
/** The one that it asks for. */
const NODE = `node-${process.platform}-${process.arch}`;
const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.tips.enabled": false,
  "window.autoDetectColorScheme": true,
  "window.commandCenter": false,
  "window.menuBarVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "editor.minimap.enabled": false,
  "editor.fontSize": 13,
  "breadcrumbs.enabled": false,
  "files.autoSave": "off",
  "files.hotExit": "off",
  "files.exclude": { "*.tgz": true },
};
/** It logs by an addon that installing without scripts leaves out. */
const NO_LOG = `class Logger { getLevel() { return 2; } }
for (const name of "trace debug info warn error critical setLevel setPattern clearFormatters flush drop".split(" "))
  Logger.prototype[name] = () => {};
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = exports.setFlushOn = exports.shutdown = () => {};
exports.createRotatingLogger = async () => new Logger();
exports.createAsyncRotatingLogger = async () => new Logger();
`;

/** VS Code itself, as a server for a browser. */
export class VsCodeServer {
  readonly #root = KEPT === undefined ? mkdtempSync(join(tmpdir(), "cachet-vscode-")) : join(KEPT, "vscode");
  readonly #data = mkdtempSync(join(tmpdir(), "cachet-vscode-data-"));
  #process: ChildProcess | undefined;
  #port = 0;

  install(): void {
    const code = join(this.#root, "node_modules/code-server/lib/vscode");
    if (existsSync(join(code, "extensions/node_modules"))) return;
    mkdirSync(this.#root, { recursive: true });
    writeFileSync(join(this.#root, "package.json"), '{ "private": true }');
    const npm = (cwd: string, ...what: string[]) => {
      const flags = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline"];
      execFileSync("npm", ["install", ...flags, ...what], { cwd, env: environment(), stdio: "pipe" });
    };
    npm(this.#root, CODE_SERVER, `${NODE}@24`);
    npm(code);
    npm(join(code, "extensions"));
    writeFileSync(join(code, "node_modules/@vscode/spdlog/index.js"), NO_LOG);
  }

  /** @param vsix a packed extension */
  async start(vsix: string): Promise<void> {
    mkdirSync(join(this.#data, "User"));
    writeFileSync(join(this.#data, "User/settings.json"), JSON.stringify(SETTINGS));
    execFileSync(this.#node, [...this.#command, "--install-extension", vsix], { env: environment(), stdio: "pipe" });
    const flags = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"];
    const server = spawn(this.#node, [...this.#command, ...flags], {
      env: environment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = server;
    this.#port = await new Promise((resolve, reject) => {
      server.once("exit", () => reject(new Error("VS Code ended")));
      server.stdout.on("data", (text) => {
        const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(String(text))?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    });
  }

  /** The address of a folder with one of its files open. */
  urlOf(folder: string, file: string): string {
    const opened = [["openFile", `vscode-remote://127.0.0.1:${this.#port}${join(folder, file)}`]];
    return `http://127.0.0.1:${this.#port}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(opened))}`;
  }

  async stop(): Promise<void> {
    const server = this.#process;
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
    }
    rmSync(this.#data, { recursive: true, force: true });
    if (KEPT === undefined) rmSync(this.#root, { recursive: true, force: true });
  }

  get #node(): string {
    return join(this.#root, "node_modules", NODE, "bin/node");
  }

  get #command(): string[] {
    const entry = join(this.#root, "node_modules/code-server/out/node/entry.js");
    return [entry, "--user-data-dir", this.#data, "--extensions-dir", join(this.#data, "extensions")];
  }
}
