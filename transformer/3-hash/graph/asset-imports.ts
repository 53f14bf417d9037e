import type { Asking } from "../../host-requests.ts";
import { withoutQuery } from "../../syntax/parse.ts";
import { hasScheme, isAbsolute, joinPath, parentOf, toPosix } from "../../syntax/paths.ts";
import { digest } from "../normal-form/digest.ts";
import { read, resolve, textOf } from "./build-session.ts";
import type { Session } from "./model.ts";
import { packageOf } from "./packages.ts";

/** What the files that an asset takes in come to. */
export interface AssetImports {
  texts: readonly string[];
  files: readonly string[];
  unknown: readonly string[];
}

export const NO_IMPORTS: AssetImports = { texts: [], files: [], unknown: [] };

/** What an asset takes in: `@import` of style sheets, the imports of a component file. Each counts whole. */
export function* importsOfAsset(session: Session, start: string, asker: string): Asking<AssetImports> {
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
  if (/^(?:[a-z]+:)?\/\//i.test(specifier) || hasScheme(specifier)) return { type: "whole", text: specifier };
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

const SCRIPT = /\.[cm]?[jt]sx?$/;
const FROM = /(?:\bimport|\bfrom|\bimport\s*\(|\brequire\s*\()\s*["']([^"']+)["']/g;

function specifiersIn(file: string, text: string): string[] {
  if (STYLE.test(file)) return [...new Set(specifiersOfStyle(text))];
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] as string);
  const found: string[] = [];
  if (SCRIPT.test(file)) found.push(...all(FROM));
  else if (COMPONENT.test(file)) {
    found.push(...all(FROM), ...all(/<(?:script|style|template)\b[^>]*\ssrc=["']([^"']+)["']/g));
    // What a template shows is imported by compilers, and small files become a part of the text.
    found.push(...all(/\s(?:src|poster)=["'](\.[^"']+)["']/g));
    for (const style of all(/<style\b[^>]*>([\s\S]*?)<\/style>/g)) found.push(...specifiersOfStyle(style));
  } else if (/\.(?:graphql|gql)$/.test(file)) found.push(...all(/^\s*#\s*import\s+["']([^"']+)["']/gm));
  return [...new Set(found)];
}

function specifiersOfStyle(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const found: string[] = [];
  const rules =
    /@(?:import|use|forward|require|plugin|reference|config)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?["']?([^"')\s;]+)["']?((?:\s*,\s*["'][^"']+["'])*)/gi;
  for (const [, first = "", others = ""] of code.matchAll(rules)) {
    if (!first.startsWith("sass:")) found.push(first);
    for (const [, other = ""] of others.matchAll(/["']([^"']+)["']/g)) found.push(other);
  }
  const named = [/\bcomposes\s*:[^;}]*?\bfrom\s+["']([^"']+)["']/g, /@value\s[^;]*?\bfrom\s+["']([^"']+)["']/g];
  for (const pattern of named) for (const [, from = ""] of code.matchAll(pattern)) found.push(from);
  // Small files become a part of the text. What has no path of a file is an address or is left to the page.
  for (const [, address = ""] of code.matchAll(/\burl\(\s*["']?([^"')\s]+)/gi)) {
    if (/^[\w.][^:$#]*\.\w+$/.test(withoutQuery(address)))
      found.push(address.startsWith(".") ? address : `./${address}`);
  }
  return found;
}
