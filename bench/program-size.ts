import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

/** Bytes of a bundle, minified, and after `gzip -9`. */
export interface Size {
  min: number;
  gzip: number;
  /** The same after gzip, with what is only loaded once it is needed. */
  withLazy: number;
}

/** What a program weighs once esbuild has bundled it. `root` is the folder from which it imports. */
export async function programSize(contents: string, root: string, platform: "browser" | "node"): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: "ts", sourcefile: "program.ts" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform,
    write: false,
    outdir: "/out",
    absWorkingDir: root,
    metafile: true,
    // Without it esbuild would follow this repository's paths, past the package's own conditions.
    tsconfigRaw: "{}",
    logLevel: "silent",
  });
  const first = reached(metafile, false);
  const sizes = [...reached(metafile, true)].map((path) => {
    const { contents: bytes } = outputFiles.find((file) => file.path.endsWith(path.slice(path.lastIndexOf("/")))) ?? {};
    if (bytes === undefined) throw new Error(`esbuild wrote no ${path}`);
    return { path, min: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
  const sum = (parts: typeof sizes, what: "min" | "gzip") => parts.reduce((total, part) => total + part[what], 0);
  const eager = sizes.filter(({ path }) => first.has(path));
  return { min: sum(eager, "min"), gzip: sum(eager, "gzip"), withLazy: sum(sizes, "gzip") };
}

/** The entry and all that it imports: statically, or also what it may load later. esbuild writes chunks that nobody imports. */
function reached({ outputs }: Metafile, isLazyToo: boolean): Set<string> {
  const found = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === "program.ts"));
  if (found.size !== 1) throw new Error("no entry among what esbuild wrote");
  // What is not among the outputs is a built-in module.
  for (const path of found)
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (next in outputs && (kind === "import-statement" || isLazyToo)) found.add(next);
  return found;
}
