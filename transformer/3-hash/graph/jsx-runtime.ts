import type { Asking } from "../../host-requests.ts";
import { joinPath, parentOf } from "../../syntax/paths.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import { read, textOf } from "./build-session.ts";
import type { CodeReference, Session } from "./model.ts";

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

/** What a compiler's options say of JSX. */
type JsxOptions = Partial<Record<"jsx" | "jsxImportSource" | "jsxFactory" | "jsxFragmentFactory", string>>;

export interface JsxSettings {
  /** The package whose functions JSX calls. */
  source?: string | undefined;
  /** Where no setting names one, compilers take it for React. */
  isDefault: boolean;
  /** Names that the classic transform calls: `jsxFactory: "Lib.h"` is `Lib`. */
  factories: readonly string[];
}

/** What the tool says, or else the nearest tsconfig.json, which every tool goes by. */
export function* jsxSettings(session: Session, file: string): Asking<JsxSettings> {
  const { jsx, jsxImportSource, jsxFactory, jsxFragmentFactory } = yield* nearestOptions(session, file);
  const source = session.jsxImportSource ?? jsxImportSource;
  const names = [jsxFactory, jsxFragmentFactory].flatMap((name) => name?.split(".")[0] ?? []);
  const isDefault = source === undefined && names.length === 0 && jsx?.toLowerCase() !== "react";
  return { source: isDefault ? "react" : source, isDefault, factories: [...new Set(names)] };
}

function* nearestOptions(session: Session, file: string): Asking<JsxOptions> {
  for (let dir = parentOf(file); dir !== undefined; dir = parentOf(dir)) {
    const path = `${dir === "/" ? "" : dir}/tsconfig.json`;
    if ((yield* read(session, path, file)) !== undefined) return yield* optionsIn(session, path, file, DEPTH);
  }
  return {};
}

function* optionsIn(session: Session, path: string, file: string, depth: number): Asking<JsxOptions> {
  const text = textOf(yield* read(session, path, file));
  if (text === undefined || depth === 0) return {};
  const { config } = session.context.api.parseConfigFileTextToJson(path, text);
  let inherited: JsxOptions = {};
  for (const base of [config?.extends ?? []].flat()) {
    if (typeof base !== "string" || !base.startsWith(".")) continue;
    const extended = joinPath(parentOf(path), base.endsWith(".json") ? base : `${base}.json`);
    inherited = { ...inherited, ...(yield* optionsIn(session, extended, file, depth - 1)) };
  }
  const { jsx, jsxImportSource, jsxFactory, jsxFragmentFactory }: JsxOptions = config?.compilerOptions ?? {};
  const own = Object.entries({ jsx, jsxImportSource, jsxFactory, jsxFragmentFactory });
  return { ...inherited, ...Object.fromEntries(own.filter(([, value]) => typeof value === "string")) };
}
