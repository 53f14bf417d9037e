import { describeDiagnostic } from "../diagnostics.ts";
import type { Rewriting } from "../reports/rewritten.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Finding } from "../types.ts";
import { isOwnScript } from "./file-filter.ts";
import { readOrUndefined } from "./resolve-file.ts";

type Hook = (this: unknown, ...given: unknown[]) => unknown;

/** A plugin of Rollup or of what speaks its hooks. */
export interface WatchedPlugin {
  name: string;
  load?: unknown;
  transform?: unknown;
}

/** Says a warning where the tool prints it. */
type Warn = (message: string, file: string) => void;

/** What bundlers bring themselves; modules of CommonJS and JSON are turned into those of ECMAScript. */
const BROUGHT_ALONG = /^(?:vite|vitest|builtin|native|rolldown|cachet)\b|^(?:alias|commonjs|node-resolve|json)$/;
/** Compilers write the same program in other words: constants of an enum are put in, syntax is lowered. */
const COMPILER = /typescript|\brpt2\b|esbuild|swc|\boxc|sucrase/i;

/**
 * Watches what the other plugins of a bundler make of files. Hashes cover what lies on disk: a plugin that replaces a
 * text in a helper, or loads it from somewhere else, makes edits that no hash sees, and that is warned about.
 */
export class Rewritings {
  readonly #find: (rewriting: Rewriting) => Finding | undefined;
  readonly #noted = new Map<string, Rewriting[]>();
  readonly #covered = new Set<string>();
  readonly #watched = new WeakSet<object>();
  readonly #said = new Set<string>();

  /** @param find says what is wrong with a rewriting, if anything is */
  constructor(find: (rewriting: Rewriting) => Finding | undefined) {
    this.#find = find;
  }

  /** Listens to the hooks of other plugins; must come before the first file is loaded. */
  watch(plugins: readonly WatchedPlugin[]): void {
    for (const plugin of plugins) {
      if (BROUGHT_ALONG.test(plugin.name) || COMPILER.test(plugin.name) || this.#watched.has(plugin)) continue;
      this.#watched.add(plugin);
      this.#listen(plugin, "load", (context, [id], result) => this.#noteLoad(plugin.name, context, id, result));
      this.#listen(plugin, "transform", (context, [code, id], result) =>
        this.#note(context, id, { plugin: plugin.name, before: String(code), after: codeOf(result), isLoad: false }),
      );
    }
  }

  /** The files whose texts a module's hashes cover; in its own, what is done after the transform. */
  cover(id: string, files: readonly string[], warn: Warn): void {
    for (const file of [ownKey(id), ...files]) {
      if (this.#covered.has(file)) continue;
      this.#covered.add(file);
      for (const rewriting of this.#noted.get(file) ?? []) this.#say(rewriting, warn);
      this.#noted.delete(file);
    }
  }

  #listen(
    plugin: WatchedPlugin,
    name: "load" | "transform",
    note: (context: unknown, given: unknown[], result: unknown) => void,
  ): void {
    const hook = plugin[name];
    const handler = typeof hook === "function" ? hook : (hook as { handler?: unknown } | undefined)?.handler;
    if (typeof handler !== "function" || Object.isFrozen(plugin)) return;
    const listening: Hook = function (...given) {
      const result = (handler as Hook).apply(this, given);
      if (!(result instanceof Promise)) {
        note(this, given, result);
        return result;
      }
      return result.then((made) => {
        note(this, given, made);
        return made;
      });
    };
    plugin[name] = typeof hook === "function" ? listening : { ...(hook as object), handler: listening };
  }

  #noteLoad(plugin: string, context: unknown, id: unknown, result: unknown): void {
    const after = codeOf(result);
    if (after === undefined || typeof id !== "string" || !isOwnScript(id)) return;
    const before = readOrUndefined(withoutQuery(id))?.toString();
    if (before !== undefined) this.#note(context, id, { plugin, before, after, isLoad: true });
  }

  #note(
    context: unknown,
    id: unknown,
    { after, ...found }: Omit<Rewriting, "file" | "after"> & { after: string | undefined },
  ): void {
    if (after === undefined || after === found.before || typeof id !== "string" || !isOwnScript(id)) return;
    const file = toPosix(withoutQuery(id));
    const rewriting = { ...found, after, file };
    const isAfterward = found.before.includes("cachet/internal");
    for (const key of isAfterward ? [file, ownKey(id)] : [file]) {
      if (!this.#covered.has(key)) this.#noted.set(key, [...(this.#noted.get(key) ?? []), rewriting]);
      else this.#say(rewriting, warnIn(context));
    }
  }

  #say(rewriting: Rewriting, warn: Warn): void {
    const key = `${rewriting.file} ${rewriting.plugin}`;
    if (this.#said.has(key)) return;
    const found = this.#find(rewriting);
    if (!found) return;
    this.#said.add(key);
    warn(describeDiagnostic(found), rewriting.file);
  }
}

const ownKey = (id: string): string => `own ${toPosix(withoutQuery(id))}`;

function codeOf(result: unknown): string | undefined {
  if (typeof result === "string") return result;
  const code = (result as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

const warnIn =
  (context: unknown): Warn =>
  (message, id) =>
    (context as { warn(log: object): void }).warn({ message, id });
