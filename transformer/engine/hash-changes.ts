import { relative } from "node:path";
import type { FunctionReport, Kind, TransformResult } from "../index.ts";
import { findHashChanges, type HashChange } from "../reports/hash-diff.ts";
import { type LocatedReport, locate } from "../reports/manifest.ts";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";

/** A cached function whose code hash is another one since an edit under the dev server. */
export interface ChangedFunction {
  id: string;
  name: string;
  kind: Kind;
  /** Code hashes. */
  before: string;
  after: string;
  /** What is to blame: declarations, packages and assets, with their places from the root of the project. */
  changes: HashChange[];
}

/** Remembers what came out of each module, to tell which functions an edit makes cold, and why. */
export class HotChanges {
  readonly #root: string;
  readonly #known = new Map<string, LocatedReport>();
  readonly #edited = new Set<string>();
  /** By file: from the project's directory. A change that many functions reach names the same files for each. */
  readonly #short = new Map<string, string>();

  /** @param root directory that places are relative to */
  constructor(root: string) {
    this.#root = root;
  }

  /** Files that were edited since the dev server started, from the project's directory; the last one is the newest edit. */
  get edited(): string[] {
    return [...this.#edited].map((file) => this.#shorten(file));
  }

  /** To be told of each edit before its modules are transformed again. */
  noteEdit(file: string): void {
    this.#edited.delete(file);
    this.#edited.add(file);
  }

  /** The functions of a module that are other ones than when it was last transformed for the same environment. */
  compare(environment: string, id: string, result: TransformResult): ChangedFunction[] {
    const changed: ChangedFunction[] = [];
    for (const report of result.functions) {
      const key = `${environment} ${report.id}`;
      const before = this.#known.get(key);
      const after: LocatedReport = { ...locate(report, withoutQuery(id)), ...treeOf(report) };
      this.#known.set(key, after);
      if (before === undefined || before.hash === after.hash) continue;
      const { name, kind } = report;
      const changes = this.#changes(before, after);
      changed.push({ id: report.id, name, kind, before: before.hash, after: after.hash, changes });
    }
    return changed;
  }

  #changes(before: LocatedReport, after: LocatedReport): HashChange[] {
    const shorten = (file: string) => this.#shorten(file);
    if (before.tree && after.tree) return findHashChanges({ fn: before, shorten }, { fn: after, shorten });
    const files = [after.file, ...after.dependencies].filter((file) => this.#edited.has(file)).map(shorten);
    return files.map((file) => ({ kind: "other", name: file, change: "changed", place: file }));
  }

  #shorten(file: string): string {
    const short = this.#short.get(file) ?? toPosix(relative(this.#root, file));
    this.#short.set(file, short);
    return short;
  }
}

/** What came from the build cache has no tree: of its first edit it is only known in which files it was. */
function treeOf(report: FunctionReport): Pick<FunctionReport, "tree"> {
  if (!Object.hasOwn(report, "tree")) return {};
  return {
    get tree() {
      return report.tree ?? [];
    },
  };
}
