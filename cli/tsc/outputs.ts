import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type ts from "typescript";
import type { TypeScript } from "../../transformer/types.ts";
import type { FileGroup } from "../tsconfig.ts";

/** Where `tsc` writes the JavaScript of a source; `undefined` where it writes none. */
export function outputOf(
  api: TypeScript,
  file: string,
  { options, root }: FileGroup,
  sources: readonly string[],
  major: number,
): string | undefined {
  if (options.noEmit || options.emitDeclarationOnly) return undefined;
  const { outDir } = options;
  const name = file.replace(/\.(?:([cm])?[jt]s|([jt]s)x)$/, (_, kind: string | undefined, jsx: string | undefined) =>
    jsx && options.jsx === api.JsxEmit.Preserve ? ".jsx" : `.${kind ?? ""}js`,
  );
  if (outDir === undefined) return name === file ? undefined : name;
  return join(outDir, relative(rootOf(options, root, sources, major), name));
}

/** TypeScript 6 starts at the tsconfig's directory, 5 at the one that all sources have in common. */
function rootOf(options: ts.CompilerOptions, root: string, sources: readonly string[], major: number): string {
  if (options.rootDir !== undefined) return options.rootDir;
  if (options["configFilePath"] !== undefined && (major >= 6 || options.composite)) return root;
  const [first = root, ...others] = sources.map(dirname);
  return others.reduce(commonDirectory, first);
}

function commonDirectory(one: string, other: string): string {
  let directory = one;
  while (other !== directory && !other.startsWith(`${directory}/`) && dirname(directory) !== directory)
    directory = dirname(directory);
  return directory;
}

/** An output as the compiler wrote it. */
export interface Plain {
  text: string;
  map?: string;
}

/**
 * Remembers what the compiler wrote before its functions were cached. `--incremental` and `-b` don't write a file again
 * whose helper changed, but its code hashes are others now.
 */
export class PlainOutputs {
  readonly #directory: string;

  constructor(cwd: string) {
    this.#directory = join(cacheDirectory(cwd), "cachet-tsc");
  }

  /** What the compiler wrote; `undefined` where the file was cached by a run that left no record. */
  of(output: string): Plain | undefined {
    const text = readFileSync(output, "utf8");
    const record = this.#read(output);
    if (record?.cached === digest(text)) return record;
    if (/(?:\bfrom|\brequire\()\s*["']cachet\/internal["']/.test(text)) return undefined;
    const map = readMap(output, text);
    return { text, ...(map !== undefined && { map }) };
  }

  /** Replaces the compiler's text, and its map, by the cached ones. */
  replace(output: string, plain: Plain, code: string, map: string | undefined): void {
    const text = map === undefined || hasMapFile(plain.text) ? code : withInlineMap(code, map);
    writeIfChanged(this.#pathOf(output), JSON.stringify({ ...plain, cached: digest(text) }));
    if (map !== undefined && hasMapFile(plain.text)) writeIfChanged(`${output}.map`, map);
    writeIfChanged(output, text);
  }

  #read(output: string): (Plain & { cached: string }) | undefined {
    try {
      return JSON.parse(readFileSync(this.#pathOf(output), "utf8"));
    } catch {
      return undefined;
    }
  }

  #pathOf(output: string): string {
    return join(this.#directory, `${digest(output)}.json`);
  }
}

function cacheDirectory(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return join(at, "node_modules", ".cache");
    if (dirname(at) === at) return tmpdir();
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

const INLINE = /^\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)\s*$/m;

function hasMapFile(text: string): boolean {
  return !INLINE.test(text);
}

function readMap(output: string, text: string): string | undefined {
  const inline = INLINE.exec(text)?.[1];
  if (inline !== undefined) return Buffer.from(inline, "base64").toString();
  if (!text.includes("//# sourceMappingURL=")) return undefined;
  try {
    return readFileSync(`${output}.map`, "utf8");
  } catch {
    return undefined;
  }
}

function withInlineMap(code: string, map: string): string {
  const url = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  return code.replace(INLINE, () => url);
}

/** In one step: a program that watches the output never reads half of it. */
function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.tmp`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}
