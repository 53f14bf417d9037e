import { fileURLToPath } from "node:url";
import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import { SCRIPT } from "./file-filter.ts";
import { readOrUndefined } from "./resolve-file.ts";

/** A module of a bundler's graph. */
export interface GraphModule {
  id: string;
  imports: readonly string[];
}

/** A file that hands on what it imports, so that its importers may change that as well. */
const HANDS_ON = /\bexport\s*(?:\*|\{|default\s+[\w$]+\s*(?:;|$)|(?:const|let|var)\s)/m;
const CHANGES_GLOBALS = /\bprototype\b|\b(?:globalThis|window|self|global|Intl|Reflect)\b/;

/** The cache's own code, where it isn't installed but linked: it is no part of what functions compute. */
const OWN = ["../../runtime/", "../../node/"].map((path) => toPosix(fileURLToPath(new URL(path, import.meta.url))));

/**
 * The scripts of a graph that may change something in the given files or packages: those that import one, also by what
 * hands it on, and those that name what all code uses.
 */
export function modulesAround(
  changeable: ReadonlySet<string> | undefined,
  modules: readonly GraphModule[],
  accepts: (id: string) => boolean,
): string[] {
  if (!changeable) return [];
  const importers = new Map<string, string[]>();
  for (const { id, imports } of modules) {
    for (const imported of imports) {
      const file = toPosix(withoutQuery(imported));
      importers.set(file, [...(importers.get(file) ?? []), toPosix(withoutQuery(id))]);
    }
  }
  const packages = [...changeable].flatMap((name) => /^package (.*)@/.exec(name)?.[1] ?? []);
  const isPackage = (file: string) =>
    packages.some((name) => file.includes(`/node_modules/${name}/`) || `${file}/`.startsWith(`${name}/`));
  const own = modules
    .map(({ id }) => toPosix(withoutQuery(id)))
    .filter((id) => SCRIPT.test(id) && accepts(id) && !OWN.some((path) => id.startsWith(path)));
  const around = new Set(own.filter((file) => CHANGES_GLOBALS.test(textOf(file))));
  const sources = new Set([...changeable, ...[...importers.keys()].filter(isPackage)]);
  for (const source of sources) {
    for (const file of importers.get(source) ?? []) {
      around.add(file);
      if (HANDS_ON.test(textOf(file))) sources.add(file);
    }
  }
  const accepted = new Set(own);
  return [...around].filter((file) => accepted.has(file));
}

const textOf = (file: string): string => readOrUndefined(file)?.toString() ?? "";
