import type { Asking } from "../../host-requests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import { read, textOf } from "./build-session.ts";
import type { CodeReference, Session } from "./model.ts";
import { joinPath, parentOf } from "./resolve-import.ts";

/**
 * JSX calls functions that its source doesn't name. Classic: `React`, or what `@jsx` says. Automatic: those of the
 * package that `@jsxImportSource` names; the one of the compiler's options is added where the graph is built.
 */
export function addJsxReferences(scopes: Scopes, uses: CodeReference[]): void {
  const { text } = scopes.file;
  const source = /@jsxImportSource\s+(\S+)/.exec(text)?.[1];
  uses.push({ type: "jsx", ...(source !== undefined && { source }) });
  const pragma = /@jsx\s+([\w$]+)/.exec(text)?.[1];
  const fragment = /@jsxFrag\s+([\w$]+)/.exec(text)?.[1];
  const named = [pragma, fragment].filter((name) => name !== undefined);
  for (const name of new Set(named.length > 0 ? [...named, "React"] : FACTORIES)) {
    const binding = scopes.resolve(name, scopes.file);
    if (binding) uses.push({ type: "binding", name, binding, identifier: binding.nameNode });
  }
}

/** What the classic transform calls: React's name, and those that other libraries tell people to configure. */
const FACTORIES = ["React", "h", "jsx", "createElement", "Fragment", "Preact"];

/** Configurations that extend one another at most. */
const DEPTH = 5;

/** The package that the tool says, or else the nearest tsconfig.json, which every tool goes by. */
export function* jsxImportSource(session: Session, file: string): Asking<string | undefined> {
  if (session.jsxImportSource !== undefined) return session.jsxImportSource;
  for (let dir = parentOf(file); dir !== undefined; dir = parentOf(dir)) {
    const path = `${dir === "/" ? "" : dir}/tsconfig.json`;
    if ((yield* read(session, path, file)) !== undefined) return yield* importSourceIn(session, path, file, DEPTH);
  }
  return undefined;
}

function* importSourceIn(session: Session, path: string, file: string, depth: number): Asking<string | undefined> {
  const text = textOf(yield* read(session, path, file));
  if (text === undefined || depth === 0) return undefined;
  const { config } = session.context.api.parseConfigFileTextToJson(path, text);
  const own: unknown = config?.compilerOptions?.jsxImportSource;
  if (typeof own === "string") return own;
  for (const base of [config?.extends ?? []].flat().reverse()) {
    if (typeof base !== "string" || !base.startsWith(".")) continue;
    const extended = joinPath(parentOf(path), base.endsWith(".json") ? base : `${base}.json`);
    const found: string | undefined = yield* importSourceIn(session, extended, file, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
