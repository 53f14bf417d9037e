import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { toPosix } from "../syntax/paths.ts";
import { describe, hostFor, type MetroResult } from "./metro-worker.ts";

export interface CacheStore {
  name?: string;
  get(key: Uint8Array): Result | Promise<Result>;
  set(key: Uint8Array, value: unknown): unknown;
  clear?(): unknown;
}
/** What a store gives. */
type Result = MetroResult | null | undefined;
export interface Graph {
  dependencies: ReadonlyMap<string, { unstable_transformResultKey?: unknown }>;
}
type Changed = Iterable<[file: string, metadata: object]>;
export interface FileChanges {
  rootDir: string;
  changes: { addedFiles: Changed; modifiedFiles: Changed; removedFiles: Changed };
}

/**
 * What Metro doesn't know: that a module's hashes cover other files. What it has kept is compared with what would come
 * out now, and an edit of a file concerns the modules that cover it.
 */
export class Guard {
  readonly #engine: Engine;
  /** File → modules whose hashes cover it. */
  readonly #dependents = new Map<string, Set<string>>();

  constructor(root: string, options: EngineOptions) {
    this.#engine = new Engine(options, { tool: "metro", freshness: "stamps", directory: root });
  }

  around(store: CacheStore): CacheStore {
    return {
      name: store.name ?? store.constructor.name,
      get: async (key) => {
        const kept = await store.get(key);
        return kept?.cachet === undefined || this.#holds(kept.cachet) ? kept : null;
      },
      set: (key, value) => {
        this.#note((value as MetroResult).cachet);
        return store.set(key, value);
      },
      clear: () => store.clear?.(),
    };
  }

  /** Metro takes a module whose own text is the same for the same, unless it has no key. */
  release({ dependencies }: Graph): void {
    for (const file of new Set([...this.#dependents.values()].flatMap((modules) => [...modules])))
      delete dependencies.get(file)?.unstable_transformResultKey;
  }

  /** Adds the modules that a changed file concerns to the changes. */
  spread({ rootDir, changes }: FileChanges): void {
    const { addedFiles, modifiedFiles, removedFiles } = changes;
    const files = [...addedFiles, ...modifiedFiles, ...removedFiles].map(([file]) => toPosix(resolve(rootDir, file)));
    const modules = new Set(files.flatMap((file) => [...(this.#dependents.get(file) ?? [])]));
    const more = [...modules].map((file) => [relative(rootDir, file), { isSymlink: false }] as [string, object]);
    changes.modifiedFiles = new Map([...modifiedFiles, ...more]);
  }

  #holds(kept: NonNullable<MetroResult["cachet"]>): boolean {
    this.#note(kept);
    try {
      const result = this.#engine.transform(readFileSync(kept.file, "utf8"), kept.file, hostFor(kept.platform));
      return describe(kept.file, kept.platform, result).output === kept.output;
    } catch {
      return false;
    }
  }

  #note(cachet: MetroResult["cachet"]): void {
    for (const file of cachet?.covers ?? [])
      this.#dependents.set(file, (this.#dependents.get(file) ?? new Set()).add(cachet?.file as string));
  }
}
