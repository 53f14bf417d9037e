import type { Asking } from "../../host-requests.ts";
import { withoutQuery } from "../../syntax/parse.ts";
import { toPosix } from "../../syntax/paths.ts";
import { digest } from "../normal-form/digest.ts";
import { read, resolve, textOf } from "./build-session.ts";
import type { ImportMode, ResolvedImport, Session } from "./model.ts";
import { loadModule } from "./modules.ts";

/** What the text of a package begins with. */
export const PACKAGE = "package ";

const SCRIPT = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.([cm]?)ts$/;
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
/** Where a TypeScript compiler or bundler would look for a relative import, in this order. */
const GUESSES = [
  "",
  ".ts",
  ".tsx",
  ".mts",
  ".cts",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  "/index.ts",
  "/index.tsx",
  "/index.js",
];

/** The modules that Node has built in and that may be named without `node:`. */
const BUILTINS = new Set(
  (
    "assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel " +
    "dns dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path " +
    "path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl stream " +
    "stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url " +
    "util util/types v8 vm wasi worker_threads zlib"
  ).split(" "),
);

/**
 * Follows one import. Packages count by name and version, found by looking through `node_modules` from the importer
 * upwards, so the answer doesn't depend on which of a package's files a tool picks (types, source, a pre-bundle).
 * A linked workspace package lies outside `node_modules` and counts by content like the project itself.
 */
export function* followImport(
  session: Session,
  specifier: string,
  importer: string,
  mode?: ImportMode,
): Asking<ResolvedImport> {
  const key = mode === undefined ? specifier : `${mode} ${specifier}`;
  const known = session.resolvedImports.get(importer)?.get(key);
  if (known) return known;
  const resolved = yield* resolveImport(session, specifier, importer, mode);
  const others = session.resolvedImports.get(importer) ?? new Map<string, ResolvedImport>();
  session.resolvedImports.set(importer, others.set(key, resolved));
  return resolved;
}

function* resolveImport(
  session: Session,
  specifier: string,
  importer: string,
  mode: ImportMode | undefined,
): Asking<ResolvedImport> {
  if (specifier.startsWith("node:")) return { type: "builtin", text: `builtin ${specifier.slice("node:".length)}` };
  // The cache is not part of what a function computes, wherever it is found: in a workspace it would be followed.
  if (/^cachet(?:\/|$)/.test(specifier)) return { type: "builtin", text: `builtin ${specifier}` };
  // Asked before the list of built-ins is: an alias or a path of the project may begin like one.
  const answer = yield* resolve(session, specifier, importer, mode);
  const found = answer === undefined ? undefined : toPosix(answer);
  if (found === undefined || !isAbsolute(found) || found.includes("/node_modules/")) {
    if (BUILTINS.has(specifier)) return { type: "builtin", text: `builtin ${specifier}` };
  }
  if (found === undefined) return yield* withoutResolution(session, specifier, importer);
  if (!isAbsolute(found)) return yield* virtual(session, found, specifier, importer);
  if (found.includes("/node_modules/")) return yield* packageOf(session, specifier, importer, found);
  return yield* fileOf(session, found, specifier, importer);
}

/** Tools don't resolve everything that has a file: `./a.css`, `./a.txt?raw` under tsc. Then the path itself is tried. */
function* withoutResolution(session: Session, specifier: string, importer: string): Asking<ResolvedImport> {
  if (isRelative(specifier)) {
    const base = joinPath(parentOf(importer), withoutQuery(specifier));
    const query = specifier.slice(withoutQuery(specifier).length);
    for (const candidate of guesses(base)) {
      if ((yield* read(session, candidate, importer)) === undefined) continue;
      return yield* fileOf(session, candidate + query, specifier, importer);
    }
    return unknown(specifier);
  }
  if (SCHEME.test(specifier) && !specifier.startsWith("virtual:")) {
    return { type: "builtin", text: `builtin ${specifier}` };
  }
  return yield* packageOf(session, specifier, importer, undefined);
}

function guesses(base: string): string[] {
  const typescript = base.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  const first = typescript === base ? [base] : [typescript, base.replace(/\.js$/, ".tsx"), base];
  return [...new Set([...first, ...GUESSES.map((suffix) => base + suffix)])];
}

/** A virtual module counts by the text that the tool has for it. */
function* virtual(session: Session, id: string, specifier: string, importer: string): Asking<ResolvedImport> {
  const text = textOf(yield* read(session, id, importer))?.replaceAll("\r\n", "\n");
  if (text !== undefined) return { type: "asset", text: `virtual ${digest(text)}`, files: [id], unknown: [] };
  if (SCHEME.test(specifier) || id.startsWith("\0"))
    return { type: "unknown", text: `virtual ${specifier}`, reason: `"${specifier}" has no text that can be read` };
  return yield* packageOf(session, specifier, importer, undefined);
}

function* packageOf(
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
  return unknown(specifier);
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

function* fileOf(session: Session, found: string, specifier: string, asker: string): Asking<ResolvedImport> {
  const file = withoutQuery(found);
  const query = found.slice(file.length) || specifier.slice(withoutQuery(specifier).length);
  if (DECLARATION.test(file)) return yield* implementationOf(session, file, specifier, asker);
  const asText = /^\?(?:.*&)?(?:raw|url|inline)\b/.test(query);
  if (SCRIPT.test(file) && !asText) {
    const module = yield* loadModule(session, file, asker);
    if (!module) return unknown(specifier);
    const isWorker = /^\?(?:.*&)?(?:shared)?worker\b/.test(query);
    return { type: "module", module, ...(isWorker && { whole: true }) };
  }
  const answer = yield* read(session, file, asker);
  if (answer === undefined) return unknown(specifier);
  const own = digest(contentOf(file, query, answer));
  // By its address alone an asset is not read; what it imports counts where its text does.
  const isAddress = /^\?(?:.*&)?url\b/.test(query) && !asText;
  const imported = isAddress ? NOTHING : yield* importsOfAsset(session, file, asker);
  const content = imported.texts.length === 0 ? own : digest(JSON.stringify([own, ...imported.texts]));
  return {
    type: "asset",
    text: `asset ${query} ${content}`,
    files: [file, ...imported.files],
    unknown: imported.unknown,
  };
}

const NOTHING: AssetImports = { texts: [], files: [], unknown: [] };

interface AssetImports {
  texts: readonly string[];
  files: readonly string[];
  unknown: readonly string[];
}

/** What an asset takes in: `@import` of style sheets, the imports of a component file. Each counts whole. */
function* importsOfAsset(session: Session, start: string, asker: string): Asking<AssetImports> {
  const texts: string[] = [];
  const unknownOnes: string[] = [];
  const files = new Set([start]);
  for (const file of files) {
    const text = textOf(yield* read(session, file, file === start ? asker : file));
    if (text === undefined) continue;
    if (file !== start) texts.push(digest(text.replaceAll("\r\n", "\n")));
    for (const specifier of specifiersIn(file, text)) {
      const found = yield* locateAsset(session, specifier, file);
      if (found.type === "file") files.add(found.file);
      else if (found.type === "whole") texts.push(found.text);
      else unknownOnes.push(`"${specifier}" of ${file.replace(/^.*\//, "")} has no file to be found`);
    }
  }
  files.delete(start);
  return { texts, files: [...files], unknown: unknownOnes };
}

type AssetPlace = { type: "file"; file: string } | { type: "whole"; text: string } | { type: "unknown" };

function* locateAsset(session: Session, specifier: string, importer: string): Asking<AssetPlace> {
  if (/^(?:[a-z]+:)?\/\//i.test(specifier) || SCHEME.test(specifier)) return { type: "whole", text: specifier };
  const base = joinPath(parentOf(importer), withoutQuery(specifier));
  for (const candidate of assetGuesses(base)) {
    if ((yield* read(session, candidate, importer)) !== undefined) return { type: "file", file: candidate };
  }
  const answer = yield* resolve(session, specifier, importer);
  const found = answer === undefined ? undefined : withoutQuery(toPosix(answer));
  if (found !== undefined && isAbsolute(found) && !found.includes("/node_modules/"))
    return { type: "file", file: found };
  const owner = yield* packageOf(session, specifier.replace(/^~/, ""), importer, found);
  return owner.type === "package" ? { type: "whole", text: owner.text } : { type: "unknown" };
}

/** `theme`, `_theme.scss`, `theme/index.scss`, as preprocessors look for them. */
function assetGuesses(base: string): string[] {
  const partial = base.replace(/([^/]+)$/, "_$1");
  return ["", ".css", ".scss", ".sass", ".less", ".styl", ".ts", ".js", ".vue", ".svelte"].flatMap((ending) => [
    base + ending,
    ...(/^\.s[ac]ss$|^$/.test(ending) ? [partial + ending] : []),
  ]);
}

const STYLE = /\.(?:css|pcss|postcss|scss|sass|less|styl(?:us)?)$/;
const COMPONENT = /\.(?:vue|svelte|astro|mdx?|marko)$/;

function specifiersIn(file: string, text: string): string[] {
  const found: string[] = [];
  const collect = (pattern: RegExp) => {
    for (const match of text.matchAll(pattern)) found.push(match[1] as string);
  };
  if (STYLE.test(file)) {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
    for (const match of code.matchAll(
      /@(?:import|use|forward|require|plugin|reference|config)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?["']?([^"')\s;]+)/g,
    )) {
      if (!(match[1] as string).startsWith("sass:")) found.push(match[1] as string);
    }
    for (const match of code.matchAll(/\bcomposes\s*:[^;}]*?\bfrom\s+["']([^"']+)["']/g))
      found.push(match[1] as string);
  } else if (COMPONENT.test(file)) {
    collect(/(?:\bimport|\bfrom|\bimport\s*\()\s*["']([^"']+)["']/g);
    collect(/<(?:script|style|template)\b[^>]*\ssrc=["']([^"']+)["']/g);
  } else if (/\.(?:graphql|gql)$/.test(file)) collect(/^\s*#\s*import\s+["']([^"']+)["']/gm);
  return [...new Set(found)];
}

function unknown(specifier: string): ResolvedImport {
  return { type: "unknown", text: `missing ${specifier}`, reason: `"${specifier}" has no file to be found` };
}

/** JSON counts by value, other text by its characters with `\n` ends, the rest by its bytes. */
function contentOf(file: string, query: string, answer: string | Uint8Array): string | Uint8Array {
  const text = textOf(answer)?.replaceAll("\r\n", "\n");
  if (text === undefined) return answer;
  if (!file.endsWith(".json") || query !== "") return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The script beside a `.d.ts`: the compiler resolves to the types, bundlers to the code. */
function* implementationOf(session: Session, file: string, specifier: string, asker: string): Asking<ResolvedImport> {
  const base = file.replace(DECLARATION, "");
  const letter = DECLARATION.exec(file)?.[1] ?? "";
  for (const extension of [`.${letter}js`, `.${letter}ts`, ".jsx", ".tsx"]) {
    const module = yield* loadModule(session, base + extension, asker);
    if (module) return { type: "module", module };
  }
  return yield* codeOfPackage(session, file, specifier, asker);
}

/** Types in a folder of their own: the package's manifest says where its code is. */
function* codeOfPackage(session: Session, types: string, specifier: string, asker: string): Asking<ResolvedImport> {
  for (let dir = parentOf(types); dir !== undefined; dir = parentOf(dir)) {
    const json = textOf(yield* read(session, `${dir === "/" ? "" : dir}/package.json`, asker));
    if (json === undefined) continue;
    for (const entry of entriesOf(json, specifier)) {
      const module = yield* loadModule(session, joinPath(dir, entry), asker);
      if (module) return { type: "module", module };
    }
    break;
  }
  const reason = `"${specifier}" leads to declarations whose code can't be found`;
  return { type: "unknown", text: `ambient ${specifier}`, reason };
}

/** The code that a package's manifest names for an import of it, in the order in which tools would take it. */
function entriesOf(json: string, specifier: string): string[] {
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
  return [...found, ...others].filter((entry): entry is string => typeof entry === "string" && SCRIPT.test(entry));
}

function conditional(target: unknown): string[] {
  if (typeof target === "string") return [target];
  if (Array.isArray(target)) return target.flatMap(conditional);
  if (typeof target !== "object" || target === null) return [];
  return Object.entries(target).flatMap(([condition, value]) => (condition === "types" ? [] : conditional(value)));
}

export function isRelative(specifier: string): boolean {
  return /^\.\.?(?:\/|$)/.test(specifier);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:\//i.test(path);
}

export function parentOf(path: string): string | undefined {
  if (path === "/" || path === "") return undefined;
  const cut = path.lastIndexOf("/");
  return cut < 0 ? undefined : cut === 0 ? "/" : path.slice(0, cut);
}

export function joinPath(directory: string | undefined, relative: string): string {
  const parts = (directory ?? "").split("/").filter((part, index) => part !== "" || index === 0);
  for (const part of relative.split("/")) {
    if (part === "..") parts.length > 1 && parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
