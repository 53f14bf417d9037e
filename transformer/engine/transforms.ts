import type { PluginContext, TransformPluginContext } from "rollup";
import type { LinkContext, Session } from "../3-hash/graph/build-session.ts";
import type { Platform, TransformHost, TransformResult } from "../index.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { Answers } from "./async-memo.ts";
import type { Receipts } from "./build-cache.ts";
import { readOrUndefined, resolveFile } from "./resolve-file.ts";

/** What one bundler offers beyond the others. */
export interface BundlerSide {
  /** Names that the bundler replaces, with what it puts there; known when the first file is transformed. */
  readonly define?: Session["define"];
  /** Where the bundler keeps bundles of packages that it made itself: they count as the packages they are. */
  readonly prebundles?: string | undefined;
  /** Whether files may change while the tool runs, where its plugin context doesn't tell. */
  readonly watches?: boolean | undefined;
  /** The project's directory; the working directory where a bundler has none of its own. */
  readonly root?: string | undefined;
  /** Hears what came out of each module; `context` is the bundler's own. */
  note?(id: string, result: TransformResult, context: object): void;
}

/** See `CachetOptions`. */
interface TransformsOptions {
  root?: string;
  remember?: boolean;
}

/** All transforms of one running bundler: what they share, and for how long. */
export class Transforms {
  readonly #options: TransformsOptions;
  readonly #bundler: BundlerSide;
  #context: LinkContext | undefined;
  /** One for each of Vite's environments, which may resolve differently; Rollup has none. */
  readonly #sessions = new Map<string, Session>();
  readonly #receipts = new Map<string, Promise<Receipts | undefined>>();
  readonly #answers = new Answers();
  #changes = 0;

  constructor(options: TransformsOptions, bundler: BundlerSide) {
    this.#options = options;
    this.#bundler = bundler;
  }

  /** Files may have changed: they and what imports mean are asked for again. */
  forget(): void {
    this.#changes++;
    this.#sessions.clear();
    this.#receipts.clear();
    this.#answers.clear();
  }

  mayChange(plugin: PluginContext): boolean {
    return mayChange(this.#bundler, plugin);
  }

  /** What comes out of a file that may have a mark. */
  async transform(plugin: TransformPluginContext, code: string, id: string): Promise<TransformResult> {
    const host = this.#hostFor(plugin);
    for (;;) {
      const seen = this.#changes;
      const kept = await this.#receiptsFor(plugin);
      const result = (await kept?.find(id, code, host)) ?? (await this.#transformAnew(plugin, code, id, host, kept));
      if (seen === this.#changes) return result;
    }
  }

  /** Keeps what the next build may use. */
  async save(plugin: PluginContext): Promise<void> {
    (await this.#receipts.get(environmentOf(plugin)))?.save();
  }

  #hostFor(plugin: TransformPluginContext): Required<TransformHost> {
    const environment = environmentOf(plugin);
    return {
      resolve: (specifier, importer) =>
        this.#answers.get(`${environment} ${specifier} ${importer}`, () =>
          resolveFile(plugin, specifier, importer, this.#bundler.prebundles),
        ),
      read: (file) => this.#answers.get(file, () => readOrUndefined(file)),
    };
  }

  #receiptsFor(plugin: PluginContext): Promise<Receipts | undefined> {
    const environment = environmentOf(plugin);
    const known = this.#receipts.get(environment) ?? openReceipts(plugin, this.#options, this.#bundler);
    this.#receipts.set(environment, known);
    return known;
  }

  async #transformAnew(
    plugin: TransformPluginContext,
    code: string,
    id: string,
    host: Required<TransformHost>,
    kept: Receipts | undefined,
  ): Promise<TransformResult> {
    // The TypeScript API takes a while to load: only a build that has a mark pays for it.
    const { createLinkContext, openSession, loadTypeScript, transform } = await import("./lazy.ts");
    const { root } = this.#options;
    const environment = environmentOf(plugin);
    this.#context ??= createLinkContext(loadTypeScript());
    const session =
      this.#sessions.get(environment) ?? openSession(this.#context, { root, define: this.#bundler.define });
    this.#sessions.set(environment, session);
    const result = await transform(code, {
      fileName: withoutQuery(id),
      session,
      ...host,
      ...(root !== undefined && { root }),
      ...platformOf(plugin),
    });
    kept?.add(id, code, result, session);
    return result;
  }
}

/** None while files are watched: what a running tool knows of them is in memory. */
async function openReceipts(
  context: PluginContext,
  { remember, root }: TransformsOptions,
  bundler: BundlerSide,
): Promise<Receipts | undefined> {
  if (remember === false || mayChange(bundler, context)) return undefined;
  const directory = bundler.root ?? root ?? process.cwd();
  const kind = [directory, root, environmentOf(context), platformOf(context), bundler.define];
  try {
    const [{ Receipts }, { bookPath }] = await Promise.all([
      import("./build-cache.ts"),
      import("./build-cache-file.ts"),
    ]);
    const path = bookPath(directory, kind);
    return path === undefined ? undefined : new Receipts(path);
  } catch {
    // Without receipts everything is made anew, as by the first build.
    return undefined;
  }
}

function mayChange({ watches }: BundlerSide, { meta }: PluginContext): boolean {
  return watches ?? meta.watchMode;
}

function environmentOf(context: object): string {
  return (context as { environment?: { name?: string } }).environment?.name ?? "";
}

/** Vite says where a module will run; Rollup doesn't know. */
function platformOf(context: object): { platform?: Platform } {
  const consumer = (context as { environment?: { config?: { consumer?: string } } }).environment?.config?.consumer;
  if (consumer === undefined) return {};
  return { platform: consumer === "client" ? "browser" : "server" };
}
