import { toPosix } from "../syntax/paths.ts";
import type { FunctionReport, Kind } from "../types.ts";

/** The facts of a build in one file, for tools and reviews: what is cached, and with which code hash. */
export interface Manifest {
  /** Raised when a field changes its meaning. */
  format: 1;
  /** Sorted by id. */
  functions: ManifestFunction[];
}

export interface ManifestFunction {
  id: string;
  kind: Kind;
  hash: string;
  /** Durations in seconds, sizes in bytes; an option that only run time knows is its source text. */
  options: Record<string, unknown>;
  /** `src/data.ts:3:5`: where the mark stands. */
  place: string;
  /** The other files that the hash covers. */
  dependencies: string[];
}

/** A report with the absolute path of its file. */
export type LocatedReport = Omit<FunctionReport, "changeable"> & { file: string };

/** Leaves out the tree: it is long, and made only for who asks for it. */
export function locate(
  { id, name, kind, hash, line, column, options, parts, dependencies }: FunctionReport,
  file: string,
): LocatedReport {
  return { id, name, kind, hash, line, column, options, parts, dependencies, file };
}

/** Builds the manifest. Paths are relative to `root`, so that two machines write the same one. */
export function createManifest(functions: readonly LocatedReport[], root: string): Manifest {
  const entries = functions.map(({ id, kind, hash, options, file, line, column, dependencies }) => ({
    id,
    kind,
    hash,
    options: jsonOptions(options),
    place: `${relativeTo(root, file)}:${line}:${column}`,
    dependencies: dependencies.map((dependency) => relativeTo(root, dependency)).sort(),
  }));
  return { format: 1, functions: entries.sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)) };
}

export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** `ttl: Infinity` has no JSON. */
function jsonOptions(options: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(options, (_name, value) => (value === Infinity ? "Infinity" : value)));
}

/** `/repo/src/a.ts` from `/repo/app` → `../src/a.ts`. */
function relativeTo(root: string, file: string): string {
  const from = toPosix(root).split("/").filter(Boolean);
  const to = toPosix(file).split("/").filter(Boolean);
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}
