import type { Asking } from "../../host-requests.ts";
import { withoutQuery } from "../../syntax/parse.ts";
import { hasScheme, isAbsolute, isCodeFile, isRelative, joinPath, parentOf, toPosix } from "../../syntax/paths.ts";
import { digest } from "../normal-form/digest.ts";
import { importsOfAsset, NO_IMPORTS } from "./asset-imports.ts";
import { read, resolve, textOf } from "./build-session.ts";
import type { ImportMode, ResolvedImport, Session } from "./model.ts";
import { loadModule } from "./modules.ts";
import { entriesOf, packageOf, unknownImport } from "./packages.ts";

const DECLARATION = /\.d\.([cm]?)ts$/;
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
    return unknownImport(specifier);
  }
  if (hasScheme(specifier) && !specifier.startsWith("virtual:")) {
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
  if (hasScheme(specifier) || id.startsWith("\0"))
    return { type: "unknown", text: `virtual ${specifier}`, reason: `"${specifier}" has no text that can be read` };
  return yield* packageOf(session, specifier, importer, undefined);
}

function* fileOf(session: Session, found: string, specifier: string, asker: string): Asking<ResolvedImport> {
  const file = withoutQuery(found);
  const query = found.slice(file.length) || specifier.slice(withoutQuery(specifier).length);
  if (DECLARATION.test(file)) return yield* implementationOf(session, file, specifier, asker);
  const asText = /^\?(?:.*&)?(?:raw|url|inline)\b/.test(query);
  if (isCodeFile(file) && !asText) {
    const module = yield* loadModule(session, file, asker);
    if (!module) return unknownImport(specifier);
    const isWorker = /^\?(?:.*&)?(?:shared)?worker\b/.test(query);
    return { type: "module", module, ...(isWorker && { whole: true }) };
  }
  const answer = yield* read(session, file, asker);
  if (answer === undefined) return unknownImport(specifier);
  const own = digest(contentOf(file, query, answer));
  // As a text it is what lies there.
  const isRaw = /^\?(?:.*&)?raw\b/.test(query);
  const imported = isRaw ? NO_IMPORTS : yield* importsOfAsset(session, file, asker);
  const content = imported.texts.length === 0 ? own : digest(JSON.stringify([own, ...imported.texts]));
  return {
    type: "asset",
    text: `asset ${query} ${content}`,
    files: [file, ...imported.files],
    unknown: imported.unknown,
  };
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
