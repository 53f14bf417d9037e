import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { withBuildId } from "./build-id.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Imports a TypeScript module of this repository in plain Node, which cannot read it: bundled into one file under
 * `.cache`, with the packages it needs left outside. Unlike `dist` it is never older than its sources.
 * @param {string} entry path from the root of the repository
 */
export async function loadSource(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
    plugins: [ownImports],
  });
  const contents = identified(outputFiles[0].text);
  const folder = join(root, ".cache", "sources");
  const name = `${basename(entry, ".ts")}-${createHash("sha256").update(contents).digest("hex").slice(0, 16)}.mjs`;
  await mkdir(folder, { recursive: true });
  // Several processes may write the same file at once; each must find it whole.
  const part = join(folder, `${randomUUID()}.tmp`);
  await writeFile(part, contents);
  await rename(part, join(folder, name));
  return import(pathToFileURL(join(folder, name)).href);
}

/** The package's own `#` imports, and what it requires when it is first needed, are files of `dist`; here they are sources. */
const ownImports = {
  name: "own-imports",
  setup(build) {
    const sources = {
      "#environment": "runtime/environment.node.ts",
      "#platform": "runtime/platform/node.ts",
      "#typescript": "scripts/typescript.ts",
    };
    build.onResolve({ filter: /^#/ }, ({ path }) => ({ path: join(root, sources[path]) }));
    build.onResolve({ filter: /\/load-transform\.ts$/ }, () => ({ path: join(root, "scripts/load-transform.ts") }));
  },
};

/** Sources that say which build of the transform they are say so by their content. */
function identified(code) {
  if (!code.includes("BUILD_ID = ")) return code;
  return withBuildId(code, createHash("sha256").update(code).digest("hex").slice(0, 32));
}
