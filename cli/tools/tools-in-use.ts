import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import type { TypeScript } from "../../transformer/types.ts";
import { findCompiler } from "../tsc/compiler.ts";
import { readConfiguration } from "../tsconfig.ts";
import { namesModule, usesModule } from "./config-file.ts";
import { runsMarkedCode } from "./entries.ts";
import { affectedPackages, dependenciesOf, type Package, readPackages } from "./packages.ts";
import type { ScriptCommand } from "./scripts.ts";
import { TOOLS, type Tool } from "./tool-table.ts";

/** A tool in use, and whether it carries the plugin. */
export interface Finding {
  tool: Tool;
  package: Package;
  /** Its configuration, absolute; absent where it has none. */
  config?: string;
  /** The command that starts it; absent where only a configuration tells. */
  command?: ScriptCommand;
  state: "ok" | "missing";
  /** The line to add; the table's own where nothing is special. */
  line: string;
  /** Why it needs another line than the table's. */
  note?: string;
}

/** Every tool that the packages of a project use. */
export function findToolsInUse(api: TypeScript, cwd: string): Finding[] {
  return affectedPackages(readPackages(api, cwd)).flatMap((one) => new ToolSearch(api, one).findings());
}

const isOurs = (plugin: { transform?: string }): boolean => plugin.transform === "cachet/transformer";

class ToolSearch {
  readonly #api: TypeScript;
  readonly #package: Package;

  constructor(api: TypeScript, one: Package) {
    this.#api = api;
    this.#package = one;
  }

  findings(): Finding[] {
    const found = TOOLS.flatMap((tool) => this.#examine(tool));
    return found.filter((one) => !this.#isCovered(one, found));
  }

  #examine(tool: Tool): Finding[] {
    const { manifest, files, directory } = this.#package;
    const name = tool.configs ? files.find((file) => tool.configs?.test(file)) : undefined;
    const inManifest = tool.manifestKey !== undefined && tool.manifestKey in manifest;
    const config = name ?? (inManifest ? "package.json" : undefined);
    const path = config === undefined ? undefined : join(directory, config);
    const commands = this.#package.commands.filter((command) => this.#starts(tool, command));
    const isFramework = tool.packages?.some((each) => each in dependenciesOf(this.#package)) ?? false;
    if (tool.place === "script" || tool.place === "nowhere") {
      const seen = commands.length === 0 && path !== undefined && tool.place === "nowhere" ? [undefined] : commands;
      return seen.map((command) => this.#finding(tool, path, command));
    }
    if (path === undefined && commands.length === 0 && !isFramework) return [];
    return [this.#finding(tool, path, commands[0])];
  }

  #starts(tool: Tool, { words, text }: ScriptCommand): boolean {
    const [name = "", ...rest] = words;
    if (!tool.command?.test(name) || tool.notWith?.test(rest.join(" "))) return false;
    if (/^(?:--version|-v|--help|-h)$/.test(rest[0] ?? "")) return false;
    if (tool.name === "tsc" || tool.name === "tspc") return this.#emits(text);
    return tool.runs !== "entries" || runsMarkedCode(this.#api, this.#package, words);
  }

  #finding(tool: Tool, config: string | undefined, command: ScriptCommand | undefined): Finding {
    const special = this.#special(tool, config, command);
    const isThere = special?.state === "ok" || (!special && this.#carries(tool, config, command));
    return {
      tool,
      package: this.#package,
      ...(config !== undefined && { config }),
      ...(command && { command }),
      state: isThere ? "ok" : "missing",
      line: special?.line ?? tool.line,
      ...(special?.note !== undefined && { note: special.note }),
    };
  }

  #carries({ carriedBy, place }: Tool, config: string | undefined, command: ScriptCommand | undefined): boolean {
    if (command && namesModule(command.text, carriedBy)) return true;
    if (place === "tsconfig") return this.#tsconfigHasPlugin();
    return config !== undefined && usesModule(this.#api, config, carriedBy);
  }

  /** What a row can't say: a plugin at the wrong place, and tools that compile by another one. */
  #special(
    tool: Tool,
    config: string | undefined,
    command: ScriptCommand | undefined,
  ): Pick<Finding, "state" | "line" | "note"> | undefined {
    const missing = (line: string, note?: string) => ({ state: "missing" as const, line, ...(note && { note }) });
    switch (tool.name) {
      case "Vitest":
        // Without a configuration of its own it takes Vite's.
        if (config === undefined && this.#carriesIn(/^vite\.config\./, ["cachet/vite"]))
          return { state: "ok", line: tool.line };
        return undefined;
      case "Nuxt":
        if (config && !usesModule(this.#api, config, ["cachet/nuxt"]) && usesModule(this.#api, config, ["cachet/vite"]))
          return missing(tool.line, "the Vite plugin reaches the app only: nothing in server/ is cached");
        return undefined;
      case "React Native":
        if (!this.#carries(tool, config, command) && this.#carriesIn(/^babel\.config\./, ["cachet/babel"]))
          return missing(
            tool.line,
            "Metro keeps what Babel made of a file by that file's text: edits of helpers go unseen",
          );
        return undefined;
      case "tsup":
        if (config && usesModule(this.#api, config, ["cachet/rollup", "cachet/vite"]))
          return missing(tool.line, "tsup's plugins are not Rollup's");
        return undefined;
      case "Angular": {
        const text = config ? readFileSync(config, "utf8") : "";
        if (text.includes("custom-esbuild"))
          return this.#isPatched()
            ? { state: "ok", line: tool.line }
            : missing(tool.line, "a plugin of custom-esbuild is never asked for TypeScript");
        if (!this.#isPatched()) return missing(tool.line);
        if (this.#pluginOptions().some(({ isolatedModules }) => isolatedModules))
          return missing(
            '"isolatedModules": false in tsconfig.json',
            "with isolatedModules, esbuild compiles instead of tsc",
          );
        return { state: "ok", line: tool.line };
      }
      case "Nest": {
        if (config && /"builder"\s*:\s*(?:"swc"|\{[^}]*"swc")/.test(readFileSync(config, "utf8")))
          return missing(
            '"builder": "tsc" in nest-cli.json, and ts-patch as for it',
            "Nest's swc builder takes no plugin",
          );
        return this.#isPatched() ? { state: "ok", line: tool.line } : missing(tool.line);
      }
      case "ts-node":
        return this.#isPatched() || this.#tsNodeIsPatched(command)
          ? { state: "ok", line: tool.line }
          : missing(tool.line);
      case "tsc":
        if (this.#major() >= 7) return missing("cachet tsc in place of tsc", "TypeScript 7 loads no plugins");
        return this.#isPatched() ? { state: "ok", line: tool.line } : missing(tool.line);
      case "tspc":
        if (this.#major() >= 7) return missing("cachet tsc in place of tspc", "ts-patch can't run TypeScript 7");
        return undefined;
      case "Bun":
        if (command?.words[1] === "build")
          return missing(
            'a script that calls Bun.build({ plugins: [cachet()] }) with import cachet from "cachet/esbuild"',
            "the command line takes no plugins",
          );
        return this.#carriesIn(/^bunfig\.toml$/, ["cachet/register"]) ? { state: "ok", line: tool.line } : undefined;
      case "Wrangler": {
        const builds = config !== undefined && /\bno_bundle\b["']?\s*[=:]\s*true/.test(readFileSync(config, "utf8"));
        const byVite = "@cloudflare/vite-plugin" in dependenciesOf(this.#package);
        return builds || byVite ? { state: "ok", line: tool.line } : missing(tool.line);
      }
      default:
        return undefined;
    }
  }

  #carriesIn(name: RegExp, modules: readonly string[]): boolean {
    const file = this.#package.files.find((each) => name.test(each));
    return file !== undefined && usesModule(this.#api, join(this.#package.directory, file), modules);
  }

  /** A tool whose work another one does: Vitest by itself is nothing where Vite's configuration was named already. */
  #isCovered({ tool, config, state }: Finding, found: readonly Finding[]): boolean {
    const has = (name: string) => found.some((one) => one.tool.name === name);
    if (tool.name === "Vitest" && config === undefined && state === "missing") return has("Vite");
    // Their configuration is for the tool around them.
    if (tool.name === "Vite") return config === undefined && (has("Astro") || has("electron-vite") || has("Nuxt"));
    if (tool.name === "Babel") return !found.some((one) => one.tool.name === "Babel" && one.command !== undefined);
    return false;
  }

  /** Whether the `tsc` of a command writes JavaScript: with a bundler beside it, it often only checks types. */
  #emits(text: string): boolean {
    if (/\s--?(?:noEmit|emitDeclarationOnly|init|showConfig)\b(?!\s+false)/i.test(text)) return false;
    const path = /\s(?:-p|--project)[\s=]+(\S+)/i.exec(text)?.[1];
    try {
      const { groups } = readConfiguration(this.#api, this.#package.directory, path);
      return groups.some(({ options }) => !options.noEmit && !options.emitDeclarationOnly);
    } catch {
      return true;
    }
  }

  #tsconfigHasPlugin(): boolean {
    return this.#pluginOptions().length > 0;
  }

  /** The options of every tsconfig that has the plugin, itself or from one that it extends. */
  #pluginOptions(): ts.CompilerOptions[] {
    const host = { ...this.#api.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
    return this.#package.files
      .filter((file) => /^tsconfig(?:\.[\w-]+)?\.json$/.test(file))
      .map((file) => join(this.#package.directory, file))
      .map(
        (file): ts.CompilerOptions => this.#api.getParsedCommandLineOfConfigFile(file, undefined, host)?.options ?? {},
      )
      .filter(({ plugins }) => Array.isArray(plugins) && plugins.some(isOurs));
  }

  /** `ts-patch install` changes the installed TypeScript, and the next `npm install` brings the old one back. */
  #isPatched(): boolean {
    const installs = this.#package.commands.some(({ words }) => words[0] === "ts-patch" && words[1] === "install");
    return installs && this.#tsconfigHasPlugin();
  }

  #tsNodeIsPatched(command: ScriptCommand | undefined): boolean {
    const tsconfig = join(this.#package.directory, "tsconfig.json");
    const inConfig =
      existsSync(tsconfig) && /"compiler"\s*:\s*"ts-patch\/compiler"/.test(readFileSync(tsconfig, "utf8"));
    const inCommand = /ts-patch\/compiler/.test(command?.text ?? "");
    return (inConfig || inCommand) && this.#tsconfigHasPlugin();
  }

  #major(): number {
    try {
      return findCompiler(this.#package.directory).major;
    } catch {
      return Number.parseInt(/\d+/.exec(dependenciesOf(this.#package)["typescript"] ?? "")?.[0] ?? "0", 10);
    }
  }
}
