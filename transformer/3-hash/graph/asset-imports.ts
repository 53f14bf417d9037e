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
