import type { LinkContext, Session } from "../3-hash/graph/build-session.ts";
import { run } from "../host-requests.ts";
import type { TransformHost, TransformResult } from "../index.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { AsyncMemo } from "./async-memo.ts";
import type { BuildCache } from "./build-cache.ts";
import type { SyncToolHost, ToolHost } from "./host.ts";
import { loadTransform } from "./load-transform.ts";
import { openBuildCache } from "./open-build-cache.ts";
import { isFile, readOrUndefined, resolveExactly, withoutLink } from "./resolve-file.ts";
import { Stamps } from "./stamps.ts";

/** What an adapter's user may say. */
export interface EngineOptions {
  /** Directory that function ids are relative to where no named `package.json` is found above a file. */
  root?: string;
  /**
   * Whether what was made of each file is kept in `node_modules/.cache/cachet-build`, for the next process to take where
   * nothing that it depends on has changed. Default: true.
   */
  buildCache?: boolean;
}

/** What an adapter knows of its tool; read anew for each file, since some tools tell late. */
export interface ToolTraits {
  /** Names the tool: each has a build cache of its own. */
  readonly tool: string;
  /**
   * `"told"`: the adapter calls `forget` whenever a file may have changed. `"stamps"`: the tool never says so, and every
   * file that was read is looked at again before the next one is transformed.
   */
  readonly freshness: "told" | "stamps";
  /** Names that the tool replaces, with what it puts there. */
  readonly define?: Session["define"] | undefined;
  /** The project's directory; by default the working directory. */
  readonly directory?: string | undefined;
}

type MaybePromise<T> = T | Promise<T>;

/**
 * What every adapter shares: the transforms of one running tool, what they have in common, and for how long that holds.
 * Results come at once from a tool that answers at once.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #traits: ToolTraits;
  #context: LinkContext | undefined;
  /** By environment, as the build caches. */
  readonly #sessions = new Map<string, Session>();
  readonly #caches = new Map<string, BuildCache | undefined>();
  readonly #answers = new AsyncMemo();
  readonly #stamps = new Stamps();
  #changes = 0;

  constructor(options: EngineOptions, traits: ToolTraits) {
    this.#options = options;
    this.#traits = traits;
  }

  /** Files may have changed: they and what imports mean are asked for again. */
  forget(): void {
    this.#changes++;
    this.#sessions.clear();
    for (const cache of this.#caches.values()) cache?.forget();
    this.#answers.clear();
    this.#stamps.clear();
  }

  /** What comes out of a file that may have a mark. */
  transform(code: string, id: string, host: SyncToolHost): TransformResult;
  transform(code: string, id: string, host: ToolHost): MaybePromise<TransformResult>;
  transform(code: string, id: string, host: ToolHost): MaybePromise<TransformResult> {
    if (this.#traits.freshness === "stamps" && !this.#stamps.hold()) this.forget();
    const seen = this.#changes;
    const asked = this.#hostFor(host);
    const cache = this.#cacheFor(host);
    const anew = () => this.#transformAnew(code, id, host, asked);
    const finish = (result: TransformResult, session?: Session): MaybePromise<TransformResult> => {
      if (seen !== this.#changes) return this.transform(code, id, host);
      if (session) cache?.add(id, code, result, session);
      return result;
    };
    const makeAnew = (): MaybePromise<TransformResult> => {
      const { session, result } = anew();
      return result instanceof Promise ? result.then((made) => finish(made, session)) : finish(result, session);
    };
    const found = cache && run(cache.find(id, code), asked);
    if (!(found instanceof Promise)) return found ? finish(found) : makeAnew();
    return found.then((kept) => (kept ? finish(kept) : makeAnew()));
  }

  /** Keeps what the next process may use at once; else it is kept a moment after the last file. */
  save(): void {
    for (const cache of this.#caches.values()) cache?.save();
  }

  #hostFor({ environment = "", resolve, read = readOrUndefined }: ToolHost): Required<TransformHost> {
    const stamps = this.#traits.freshness === "stamps" ? this.#stamps : undefined;
    const exists = (file: string): boolean => {
      stamps?.take(file);
      return isFile(file);
    };
    return {
      resolve: (specifier, importer) =>
        this.#answers.get(`${environment} ${specifier} ${importer}`, () => {
          // Asked first: an alias of the tool may lead a relative import to another file than the one that is there.
          const found = resolve(specifier, importer);
          const settle = (file: string | undefined) =>
            file === undefined ? resolveExactly(specifier, importer, exists) : withoutLink(file);
          return found instanceof Promise ? found.then(settle) : settle(found);
        }),
      read: (file) => {
        stamps?.take(file);
        return this.#answers.get(file, () => read(file));
      },
    };
  }

  #cacheFor({ environment = "", platform }: ToolHost): BuildCache | undefined {
    if (this.#options.buildCache === false) return undefined;
    const name = `${environment} ${platform}`;
    if (!this.#caches.has(name)) {
      const { tool, define, directory = this.#options.root ?? process.cwd() } = this.#traits;
      const kind = [tool, directory, this.#options.root, environment, platform, define];
      this.#caches.set(name, openBuildCache(directory, kind));
    }
    return this.#caches.get(name);
  }

  #transformAnew(code: string, id: string, { environment = "", platform }: ToolHost, asked: Required<TransformHost>) {
    const { createLinkContext, openSession, loadTypeScript, transform } = loadTransform();
    const { root } = this.#options;
    this.#context ??= createLinkContext(loadTypeScript());
    const session =
      this.#sessions.get(environment) ?? openSession(this.#context, { root, define: this.#traits.define });
    this.#sessions.set(environment, session);
    const result = transform(code, {
      fileName: withoutQuery(id),
      session,
      ...asked,
      ...(root !== undefined && { root }),
      ...(platform && { platform }),
    });
    return { session, result };
  }
}
