import type { Asking } from "../../host-requests.ts";
import { withoutQuery } from "../../syntax/parse.ts";
import { toPosix } from "../../syntax/paths.ts";
import { digest } from "../normal-form/digest.ts";
import { read, resolve, textOf } from "./build-session.ts";
import type { ResolvedImport, Session } from "./model.ts";
import { loadModule } from "./modules.ts";

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
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain " +
    "events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl " +
    "stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
  ).split(" "),
);

/**
 * Follows one import. Packages count by name and version, found by looking through `node_modules` from the importer
 * upwards, so the answer doesn't depend on which of a package's files a tool picks (types, source, a pre-bundle).
 * A linked workspace package lies outside `node_modules` and counts by content like the project itself.
 */
export function* followImport(session: Session, specifier: string, importer: string): Asking<ResolvedImport> {
  const known = session.resolvedImports.get(importer)?.get(specifier);
  if (known) return known;
  const resolved = yield* findDestination(session, specifier, importer);
  const others = session.resolvedImports.get(importer) ?? new Map<string, ResolvedImport>();
  session.resolvedImports.set(importer, others.set(specifier, resolved));
  return resolved;
}

function* findDestination(session: Session, specifier: string, importer: string): Asking<ResolvedImport> {
  const name = specifier.replace(/^node:/, "");
  if (specifier.startsWith("node:") || BUILTINS.has(name.split("/")[0] ?? "")) {
    return { type: "builtin", text: `builtin ${name}` };
  }
  // The cache is not part of what a function computes, wherever it is found: in a workspace it would be followed.
  if (/^cachet(?:\/|$)/.test(specifier)) return { type: "builtin", text: `builtin ${specifier}` };
  const answer = yield* resolve(session, specifier, importer);
  if (answer === undefined) return yield* withoutResolution(session, specifier, importer);
  const found = toPosix(answer);
  if (!isAbsolute(found)) return yield* virtual(session, found, specifier, importer);
  if (found.includes("/node_modules/")) return yield* packageOf(session, specifier, importer, found);
  return yield* destinationOf(session, found, specifier, importer);
}

/** Tools don't resolve everything that has a file: `./a.css`, `./a.txt?raw` under tsc. Then the path itself is tried. */
function* withoutResolution(session: Session, specifier: string, importer: string): Asking<ResolvedImport> {
  if (isRelative(specifier)) {
    const base = joinPath(parentOf(importer), withoutQuery(specifier));
    const query = specifier.slice(withoutQuery(specifier).length);
    for (const candidate of guesses(base)) {
      if ((yield* read(session, candidate, importer)) === undefined) continue;
      return yield* destinationOf(session, candidate + query, specifier, importer);
    }
    return { type: "missing", text: `missing ${specifier}` };
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
  if (text !== undefined) return { type: "asset", text: `virtual ${digest(text)}`, file: id };
  if (SCHEME.test(specifier) || id.startsWith("\0")) return { type: "missing", text: `virtual ${specifier}` };
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
      if (version) return { type: "package", text: `package ${named}@${version}` };
    }
  }
  const root = resolved && packageRoot(resolved);
  const version = root && (yield* versionIn(session, root.directory, importer));
  if (version) return { type: "package", text: `package ${root.name}@${version}` };
  return { type: "missing", text: `missing ${specifier}` };
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

function* destinationOf(session: Session, found: string, specifier: string, asker: string): Asking<ResolvedImport> {
  const file = withoutQuery(found);
  const query = found.slice(file.length) || specifier.slice(withoutQuery(specifier).length);
  if (DECLARATION.test(file)) return yield* implementationOf(session, file, specifier, asker);
  const asText = /^\?(?:.*&)?(?:raw|url|inline)\b/.test(query);
  if (SCRIPT.test(file) && !asText) {
    const module = yield* loadModule(session, file, asker);
    if (!module) return { type: "missing", text: `missing ${specifier}` };
    const isWorker = /^\?(?:.*&)?(?:shared)?worker\b/.test(query);
    return { type: "module", module, ...(isWorker && { whole: true }) };
  }
  const answer = yield* read(session, file, asker);
  if (answer === undefined) return { type: "missing", text: `missing ${specifier}` };
  return { type: "asset", text: `asset ${query} ${digest(contentOf(file, query, answer))}`, file };
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
  return { type: "ambient", text: `ambient ${specifier}` };
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
