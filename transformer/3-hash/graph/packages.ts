import type { Asking } from "../../host-requests.ts";
import { isCodeFile, parentOf } from "../../syntax/paths.ts";
import { read, textOf } from "./build-session.ts";
import type { ResolvedImport, Session } from "./model.ts";

/** What the text of a package begins with. */
export const PACKAGE = "package ";

/** The package of an import, by name and version. */
export function* packageOf(
  session: Session,
  specifier: string,
  importer: string,
  resolved: string | undefined,
): Asking<ResolvedImport> {
  const named = packageName(specifier);
  if (named) {
    for (let dir: string | undefined = parentOf(importer); dir !== undefined; dir = parentOf(dir)) {
      const version = yield* versionIn(session, `${dir === "/" ? "" : dir}/node_modules/${named}`, importer);
      if (version) return { type: "package", text: `${PACKAGE}${named}@${version}` };
    }
  }
  const root = resolved && packageRoot(resolved);
  const version = root && (yield* versionIn(session, root.directory, importer));
  if (version) return { type: "package", text: `${PACKAGE}${root.name}@${version}` };
  return unknownImport(specifier);
}

function* versionIn(session: Session, directory: string, asker: string): Asking<string | undefined> {
  const json = textOf(yield* read(session, `${directory}/package.json`, asker));
  if (json === undefined) return undefined;
  try {
    const { version } = JSON.parse(json);
    return typeof version === "string" ? version : "0.0.0";
  } catch {
    return undefined;
  }
}

/** `@a/b/c` → `@a/b`; nothing for relative, absolute and `#` specifiers, and for aliases like `@/x` and `~/x`. */
function packageName(specifier: string): string | undefined {
  return /^(?:@[\w.~-]+\/[\w.~-]+|[\w][\w.~-]*)(?=$|[/?])/.exec(specifier)?.[0];
}

function packageRoot(file: string): { name: string; directory: string } | undefined {
  const match = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  return match ? { name: match[1] as string, directory: match[0] } : undefined;
}

/** An import that leads nowhere. */
export function unknownImport(specifier: string): ResolvedImport {
  return { type: "unknown", text: `missing ${specifier}`, reason: `"${specifier}" has no file to be found` };
}

/** The code that a package's manifest names for an import of it, in the order in which tools would take it. */
export function entriesOf(json: string, specifier: string): string[] {
  let manifest: { name?: string; exports?: unknown; module?: string; main?: string };
  try {
    manifest = JSON.parse(json);
  } catch {
    return [];
  }
  const { name = "", exports, module, main } = manifest;
  const path = specifier === name || !specifier.startsWith(`${name}/`) ? "." : `.${specifier.slice(name.length)}`;
  const isMap =
    typeof exports === "object" && exports !== null && Object.keys(exports).some((key) => key.startsWith("."));
  const found = conditional(isMap ? (exports as Record<string, unknown>)[path] : path === "." ? exports : undefined);
  const others = path === "." ? [module, main, "index.js"] : [];
  return [...found, ...others].filter((entry): entry is string => typeof entry === "string" && isCodeFile(entry));
}

function conditional(target: unknown): string[] {
  if (typeof target === "string") return [target];
  if (Array.isArray(target)) return target.flatMap(conditional);
  if (typeof target !== "object" || target === null) return [];
  return Object.entries(target).flatMap(([condition, value]) => (condition === "types" ? [] : conditional(value)));
}
