import { withoutQuery } from "../syntax/parse.ts";
import { toPosix } from "../syntax/paths.ts";
import { COMPONENT, isOfCachet, SCRIPT } from "./file-filter.ts";
import { readOrUndefined } from "./resolve-file.ts";

/** A module of a bundler's graph. */
export interface GraphModule {
  id: string;
  imports: readonly string[];
}

/** What the text of a module says of it before anything is parsed. */
export interface Glance {
  /** It hands on what it imports, so that its importers may change that as well. */
  handsOn: boolean;
  /** It looks as if it changed what all code uses. */
  changesGlobals: boolean;
}

const HANDS_ON = /\bexport\s*(?:\*|\{|default\s*(?:[{[(]|[\w$]+\s*(?:;|$|\())|(?:const|let|var)\s)/m;

/** What all code uses without naming it: as it is handed on, deleted, or followed by an assignment in its statement. */
const GLOBAL = String.raw`\b(?:globalThis|window|self|global|Intl|Reflect)\b`;
const CHANGES_GLOBALS = new RegExp(
  [
    String.raw`\b(?:prototype|__proto__)\b`,
    String.raw`(?:[=,?:|&]|\bof\b|\bin\b)[\s(]*${GLOBAL}(?!\s*(?:\?\.|!?\s*[.[]))`,
    String.raw`(?:\+\+|--|\bdelete\b|\()[\s(]*(?:<[^>]*>\s*)?${GLOBAL}`,
    String.raw`${GLOBAL}(?:[^;{]|\{[^}]*\})*?(?:[^=!<>]=(?![=>])|\+\+|--)`,
  ].join("|"),
);

export const glanceAt = (text: string): Glance => ({
  handsOn: HANDS_ON.test(text),
  changesGlobals: CHANGES_GLOBALS.test(text),
});

const glanceAtFile = (file: string): Glance => glanceAt(readOrUndefined(file)?.toString() ?? "");

/**
 * The scripts of a graph that may change something in the given files or packages: those that import one, also by what
 * hands it on, and those that look as if they changed what all code uses.
 */
export function modulesAround(
  changeable: ReadonlySet<string> | undefined,
  modules: readonly GraphModule[],
  accepts: (id: string) => boolean,
  look = glanceAtFile,
): string[] {
  if (!changeable) return [];
  const importers = new Map<string, Set<string>>();
  for (const { id, imports } of modules) {
    const importer = toPosix(withoutQuery(id));
    for (const imported of imports) {
      const file = toPosix(withoutQuery(imported));
      const known = importers.get(file);
      if (known) known.add(importer);
      else importers.set(file, new Set([importer]));
    }
  }
  const packages = [...changeable].flatMap((name) => /^package (.*)@/.exec(name)?.[1] ?? []);
  const isPackage = (file: string) =>
    packages.some((name) => file.includes(`/node_modules/${name}/`) || `${file}/`.startsWith(`${name}/`));
  const own = modules
    .map(({ id }) => toPosix(withoutQuery(id)))
    .filter((id) => (SCRIPT.test(id) || COMPONENT.test(id)) && accepts(id) && !isOfCachet(id));
  const around = new Set(own.filter((file) => look(file).changesGlobals));
  const sources = new Set([...changeable, ...[...importers.keys()].filter(isPackage)]);
  for (const source of sources) {
    for (const file of importers.get(source) ?? []) {
      around.add(file);
      if (look(file).handsOn) sources.add(file);
    }
  }
  const accepted = new Set(own);
  return [...around].filter((file) => accepted.has(file));
}
