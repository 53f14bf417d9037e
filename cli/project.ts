import { readFileSync, statSync } from "node:fs";
import { relative, resolve as resolvePath } from "node:path";
import { loadTypeScript } from "#typescript";
import { createLinkContext, openSession, type Session } from "../transformer/3-hash/graph/build-session.ts";
import { describeDiagnostic } from "../transformer/diagnostics.ts";
import { COMPONENT } from "../transformer/engine/file-filter.ts";
import { resolveLikeNode } from "../transformer/engine/resolve-file.ts";
import { type Answer, type ImportMode, runSync } from "../transformer/host-requests.ts";
import { type ParsedPlan, planFile } from "../transformer/pipeline.ts";
import { toPosix } from "../transformer/syntax/paths.ts";
import { createResolver } from "../transformer/syntax/resolve-module.ts";
import type { Diagnostic, FunctionReport, HashNode, TypeScript } from "../transformer/types.ts";
import { CommandError } from "./command.ts";
import { followImports } from "./imports.ts";
import { type Configuration, type FileGroup, readConfiguration } from "./tsconfig.ts";

/** A cached function and the file it stands in. */
export interface Found extends FunctionReport {
  /** Absolute. */
  file: string;
}

/** What its hash covers, the function first; empty where only its own code counts. */
export function treeOf(fn: Found): readonly HashNode[] {
  return fn.tree ?? [];
}

/** What the transform makes of some files. */
export interface Findings {
  functions: Found[];
  /** Wrong marks and warnings. */
  diagnostics: Diagnostic[];
  /** Files that no build could take: `src/a.ts:3:1 ';' expected.` */
  broken: string[];
}

/** Replaces answers of the file system, for a project that is looked at in another place or time. */
export interface Overlay {
  resolved?: (file: string) => string;
  read?: (file: string, answer: Uint8Array | undefined) => Answer;
}

/** A project as the transform sees it in a build: the same pipeline, with TypeScript's way to resolve imports. */
export class Project {
  readonly api: TypeScript;
  readonly configuration: Configuration;
  /** One for each way to resolve imports. */
  readonly #sessions: readonly Session[];
  readonly #overlay: Overlay;
  readonly #resolvers: ReturnType<typeof createResolver>[];
  readonly #groupOf = new Map<string, number>();
  #files: string[] | undefined;

  /** `project` is a path, as --project takes it, or a configuration that was read already. */
  constructor(cwd: string, project: string | Configuration | undefined, overlay: Overlay = {}) {
    this.api = loadTypeScript();
    this.configuration = typeof project === "object" ? project : readConfiguration(this.api, cwd, project);
    this.#overlay = overlay;
    const { groups, root } = this.configuration;
    const context = createLinkContext(this.api);
    this.#sessions = groups.map(() => openSession(context, { root }));
    this.#resolvers = groups.map(({ options }) => this.#resolver(options));
    for (const [index, { files, components }] of groups.entries()) {
      for (const file of [...files, ...components]) if (!this.#groupOf.has(file)) this.#groupOf.set(file, index);
    }
  }

  /** All sources, sorted: those that the configuration lists, and those that they import, as a compiler takes them. */
  get files(): string[] {
    if (this.#files) return this.#files;
    for (const [index, { files }] of this.configuration.groups.entries()) {
      const resolve = this.#resolvers[index] ?? (() => undefined);
      for (const file of followImports(this.api, files, resolve)) {
        if (!this.#groupOf.has(file)) this.#groupOf.set(file, index);
      }
    }
    this.#files = [...this.#groupOf.keys()].sort();
    return this.#files;
  }

  /** The files and options that a source is compiled with. */
  groupOf(file: string): FileGroup | undefined {
    return this.configuration.groups[this.#groupOf.get(file) ?? 0];
  }

  /** The sources among the given files and directories; a file that the project leaves out is taken all the same. */
  select(cwd: string, paths: readonly string[]): string[] {
    if (paths.length === 0) return this.files;
    const selected = new Set<string>();
    for (const path of paths) {
      const wanted = toPosix(resolvePath(cwd, path));
      const stats = statSync(wanted, { throwIfNoEntry: false });
      if (!stats) throw new CommandError(`There is no file or directory '${path}'.`, this.suggestFile(cwd, path));
      if (stats.isFile()) selected.add(wanted);
      else for (const file of this.files) if (file.startsWith(`${wanted.replace(/\/$/, "")}/`)) selected.add(file);
    }
    return [...selected].sort();
  }

  /** Files of the project with the name of one that doesn't exist. */
  suggestFile(cwd: string, path: string): string | undefined {
    const name =
      toPosix(path)
        .split("/")
        .at(-1)
        ?.replace(/\.\w+$/, "") ?? path;
    const near = this.files
      .filter(
        (file) =>
          file
            .split("/")
            .at(-1)
            ?.replace(/\.\w+$/, "") === name,
      )
      .slice(0, 3);
    if (near.length === 0) return undefined;
    return `Did you mean ${near.map((file) => `'${toPosix(relative(cwd, file))}'`).join(" or ")}?`;
  }

  /** Runs the transform's steps over files. One that can't be parsed is reported and the others go on. */
  find(files: readonly string[]): Findings {
    const findings: Findings = { functions: [], diagnostics: [], broken: [] };
    for (const file of files) this.#findIn(file, findings);
    findings.functions.sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    return findings;
  }

  /** A path as people write it: from the project's root. */
  shorten(file: string): string {
    const path = toPosix(relative(this.configuration.root, file));
    return path === "" ? "." : path;
  }

  /**
   * What the transform is going to do to a file: `undefined` where it has no mark. One that can't be parsed is told by
   * a text: `src/a.ts:3:1 ';' expected.`
   */
  plan(file: string): ParsedPlan | string | undefined {
    const text = this.textOf(file);
    const group = this.#groupOf.get(file) ?? 0;
    const input = { fileName: file, source: text, isModule: true, root: this.configuration.root };
    const resolve = this.#resolvers[group] ?? (() => undefined);
    const host = { resolve, read: (path: string) => this.#read(path) };
    const { sourceFile, ...plan } = runSync(planFile(input, this.#sessions[group] as Session), host);
    if (sourceFile === undefined) {
      const [tooDeep] = plan.diagnostics;
      return tooDeep && `${this.shorten(file)}:1:1 ${describeDiagnostic(tooDeep)}`;
    }
    const [error] = plan.syntaxErrors;
    if (!error) return { sourceFile, ...plan };
    const { line, character } = sourceFile.getLineAndCharacterOfPosition(error.start);
    const message = this.api.flattenDiagnosticMessageText(error.messageText, " ");
    return `${this.shorten(file)}:${line + 1}:${character + 1} ${message}`;
  }

  #findIn(file: string, findings: Findings): void {
    const plan = this.plan(file);
    if (plan === undefined) return;
    if (typeof plan === "string") {
      findings.broken.push(plan);
      return;
    }
    findings.functions.push(...plan.functions.map((report) => ({ ...report, file })));
    findings.diagnostics.push(...plan.diagnostics);
  }

  /** What a source holds. */
  textOf(file: string): string {
    try {
      return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    } catch (error) {
      throw new CommandError(`${this.shorten(file)} can't be read: ${(error as Error).message}`);
    }
  }

  #read(file: string): Answer {
    let answer: Uint8Array | undefined;
    try {
      answer = readFileSync(file);
    } catch {
      answer = undefined;
    }
    return this.#overlay.read ? this.#overlay.read(file, answer) : answer;
  }

  #resolver(options: Configuration["groups"][number]["options"]) {
    const { api } = this;
    const cache = api.createModuleResolutionCache(this.configuration.root, (name) => name, options);
    const resolve = createResolver(api, options, cache, () => undefined);
    return (specifier: string, importer: string, mode?: ImportMode): string | undefined => {
      // A compiler knows no components; bundlers find them as they stand, or by the aliases of tsconfig.json.
      const file =
        resolve(specifier, importer, mode) ??
        (COMPONENT.test(specifier) ? resolveLikeNode(specifier, importer) : undefined);
      return file !== undefined && this.#overlay.resolved ? this.#overlay.resolved(file) : file;
    };
  }
}
