import type { LinkContext, Session } from "../3-hash/graph/build-session.ts";
import { type MaybePromise, run, runSync } from "../host-requests.ts";
import type { FunctionReport, TransformHost, TransformResult } from "../index.ts";
import type { Rewriting } from "../reports/rewritten.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic, Finding } from "../types.ts";
import { AsyncMemo } from "./async-memo.ts";
import type { BuildCache } from "./build-cache.ts";
import { describesCode } from "./describes-code.ts";
import type { SyncToolHost, ToolHost } from "./host.ts";
import { loadTransform } from "./load-transform.ts";
import { openBuildCache } from "./open-build-cache.ts";
import { Outside } from "./outside.ts";
import { isFile, readOrUndefined, resolveExactly, shadowingFiles, withoutLink } from "./resolve-file.ts";
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
  /** The package whose functions JSX calls, where the tool's settings name one. */
  readonly jsxImportSource?: string | undefined;
  /** The project's directory; by default the working directory. */
  readonly directory?: string | undefined;
  /** Whether the build cache also keeps what each hash covers, for who shows it. A build has no use for it. */
  readonly keepsTrees?: boolean | undefined;
}

/** For what depends on nothing but what it is given. */
const NO_HOST = { resolve: () => undefined, read: () => undefined };

/** What comes out of a file, and what a tool that watches files has to know besides `dependencies`. */
export interface EngineResult extends TransformResult {
  /** Files that don't exist and that an import in the covered code would mean if they did. */
  absent: string[];
}

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
  /** By environment. */
  readonly #outside = new Map<string, Outside>();
  /** By environment and importer. */
  readonly #shadowing = new Map<string, Set<string>>();
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
    for (const outside of this.#outside.values()) outside.forget();
    this.#answers.clear();
    this.#stamps.clear();
    this.#shadowing.clear();
  }

  /** The content of one file changed; what imports mean stays. */
  forgetContent(file: string): void {
    this.#changes++;
    this.#sessions.clear();
    for (const cache of this.#caches.values()) cache?.forgetContent(file);
    for (const outside of this.#outside.values()) outside.forget();
    this.#answers.delete(file);
  }

  /** What comes out of a file that may have a mark. */
  transform(code: string, id: string, host: SyncToolHost): EngineResult;
  transform(code: string, id: string, host: ToolHost): MaybePromise<EngineResult>;
  transform(code: string, id: string, host: ToolHost): MaybePromise<EngineResult> {
    if (this.#traits.freshness === "stamps" && !this.#stamps.hold()) this.forget();
    const seen = this.#changes;
    const asked = this.#hostFor(host);
    const cache = this.#cacheFor(host);
    const anew = () => this.#transformAnew(code, id, host, asked);
    const finish = (result: TransformResult, session?: Session): MaybePromise<EngineResult> => {
      if (seen !== this.#changes) return this.transform(code, id, host);
      this.#outsideFor(host).note(id, result);
      if (session) cache?.add(id, code, result, session);
      return { ...result, absent: this.#absentFor(id, result, host) };
    };
    const makeAnew = (): MaybePromise<EngineResult> => {
      const { session, result } = anew();
      return result instanceof Promise ? result.then((made) => finish(made, session)) : finish(result, session);
    };
    const found = cache && run(cache.find(id, code), asked);
    if (!(found instanceof Promise)) return found ? finish(found) : makeAnew();
    return found.then((kept) => (kept ? finish(kept) : makeAnew()));
  }

  /** The cached functions of a file with their trees, which those that the build cache kept don't have. */
  async reports(code: string, id: string, host: ToolHost): Promise<readonly FunctionReport[]> {
    return (await this.#transformAnew(code, id, host, this.#hostFor(host)).result).functions;
  }

  /** The files that hold what cached functions reach and others may change; `undefined` where nothing is cached. */
  changeable(host: ToolHost): ReadonlySet<string> | undefined {
    return this.#outsideFor(host).changeable;
  }

  /** Says what a file that was met does to what cached functions that don't reach it do. */
  outsideWarningsOf(file: string, host: SyncToolHost): Diagnostic[];
  outsideWarningsOf(file: string, host: ToolHost): MaybePromise<Diagnostic[]>;
  outsideWarningsOf(file: string, host: ToolHost): MaybePromise<Diagnostic[]> {
    const asked = this.#hostFor(host);
    return this.#outsideFor(host).warningsOf(file, {
      asked,
      cache: this.#cacheFor(host),
      session: () => this.#sessionFor(host),
    });
  }

  /** The same of all files of the program, for tools that know them once they have transformed them. */
  async outsideWarnings(files: Iterable<string>, host: ToolHost): Promise<Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (const file of files) found.push(...(await this.outsideWarningsOf(file, host)));
    return found;
  }

  /** Says what is wrong with what another plugin made of a file: from the build cache where it was looked at before. */
  findRewriting(rewriting: Rewriting): Finding | undefined {
    const { file, plugin, before, after } = rewriting;
    const cache = this.#cacheFor({});
    const id = `${file}?rewritten ${plugin}`;
    const text = `${before}\0${after}`;
    const kept = cache && runSync(cache.find(id, text), NO_HOST);
    if (kept) return kept.diagnostics[0];
    const { findRewriting, loadParser } = loadTransform();
    const found = findRewriting(loadParser(), rewriting);
    const diagnostics = found ? [{ ...found, file, line: 1, column: 1 }] : [];
    cache?.add(id, text, { code: "", map: null, diagnostics, functions: [], dependencies: [] }, { asked: new Map() });
    return found;
  }

  /** Keeps what the next process may use at once; else it is kept a moment after the last file. */
  save(): void {
    for (const cache of this.#caches.values()) cache?.save();
  }

  #hostFor({ environment = "", resolve, read = readOrUndefined }: ToolHost): Required<TransformHost> {
    const stamps = this.#traits.freshness === "stamps" ? this.#stamps : undefined;
    const order = stamps ? "known" : "unknown";
    const exists = (file: string): boolean => {
      stamps?.take(file);
      return isFile(file);
    };
    return {
      resolve: (specifier, importer) =>
        this.#answers.get(`${environment} ${specifier} ${importer}`, () => {
          // Asked first: an alias of the tool may lead a relative import to another file than the one that is there.
          const found = resolve(specifier, importer);
          const settle = (file: string | undefined) => {
            const means = file === undefined ? resolveExactly(specifier, importer, exists) : withoutLink(file);
            this.#noteShadowing(`${environment} ${importer}`, shadowingFiles(specifier, importer, means, order));
            return means;
          };
          return found instanceof Promise ? found.then(settle) : settle(found);
        }),
      read: (file) => {
        stamps?.take(file);
        return this.#answers.get(file, () => read(file));
      },
    };
  }

  #noteShadowing(asker: string, files: readonly string[]): void {
    const known = this.#shadowing.get(asker) ?? new Set();
    this.#shadowing.set(asker, known);
    for (const file of files) {
      known.add(file);
      if (this.#traits.freshness === "stamps") this.#stamps.take(file);
    }
  }

  #absentFor(id: string, { dependencies }: TransformResult, { environment = "" }: ToolHost): string[] {
    const askers = [toPosix(withoutQuery(id)), ...dependencies];
    return [...new Set(askers.flatMap((file) => [...(this.#shadowing.get(`${environment} ${file}`) ?? [])]))];
  }

  #cacheFor({ environment = "", platform }: Pick<ToolHost, "environment" | "platform">): BuildCache | undefined {
    if (this.#options.buildCache === false) return undefined;
    const name = `${environment} ${platform}`;
    if (!this.#caches.has(name)) {
      const {
        tool,
        define,
        jsxImportSource,
        keepsTrees,
        directory = this.#options.root ?? process.cwd(),
      } = this.#traits;
      const kind = [
        tool,
        directory,
        this.#options.root,
        environment,
        platform,
        // A value that no cached function reads, as the time of the build, makes nothing anew.
        Object.keys(define ?? {}).sort(),
        jsxImportSource,
        describesCode(),
      ];
      this.#caches.set(name, openBuildCache(directory, kind, { define, keepsTrees }));
    }
    return this.#caches.get(name);
  }

  #outsideFor({ environment = "" }: ToolHost): Outside {
    const known = this.#outside.get(environment) ?? new Outside();
    this.#outside.set(environment, known);
    return known;
  }

  #sessionFor({ environment = "" }: ToolHost): Session {
    const { createLinkContext, openSession, loadParser } = loadTransform();
    const { root } = this.#options;
    const { define, jsxImportSource } = this.#traits;
    this.#context ??= createLinkContext(loadParser());
    const session =
      this.#sessions.get(environment) ??
      openSession(this.#context, { root, define, jsxImportSource, describesCode: describesCode() });
    this.#sessions.set(environment, session);
    return session;
  }

  #transformAnew(code: string, id: string, host: ToolHost, asked: Required<TransformHost>) {
    const { transform } = loadTransform();
    const { root } = this.#options;
    const { platform } = host;
    const session = this.#sessionFor(host);
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
