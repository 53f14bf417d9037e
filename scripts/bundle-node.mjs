import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";

/**
 * Bundles the runtime for Node into few files: finding, opening and linking fifty modules takes longer than running them.
 * Pages get the single modules, of which their bundlers keep what a program uses.
 */
export async function bundleForNode(dist) {
  const runtime = resolve(dist, "runtime");
  const entries = nodeEntries();
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((path) => [path.replace(/\.js$/, ""), join(runtime, path)])),
    external: (id) => /^[@a-z]/.test(id) && !id.startsWith("node:") && !INLINED.test(id),
    plugins: [platform(runtime), builtIns(), inlined()],
    onLog(_level, log) {
      // Modules that know each other's functions; none of them calls another while it is loaded.
      if (log.code !== "CIRCULAR_DEPENDENCY") throw new Error(log.message);
    },
  });
  const core = reachable(bundle.cache.modules, [join(runtime, "internal.js"), join(runtime, "index.js")]);
  await bundle.write({
    dir: join(dist, "node"),
    chunkFileNames: "[name].js",
    manualChunks: (id) => (core.has(id) ? "core" : undefined),
    hoistTransitiveImports: false,
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.includes("@noble/hashes")) ? NOTICE : ""),
  });
  await bundle.close();
}

/** Of this package's many digests one function is used, before the first entry is found. */
const INLINED = /^@noble\/hashes\//;
/** Its license asks for it. */
const NOTICE = "/*! Contains parts of noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */";

const inlined = () => ({
  name: "inlined",
  resolveId: (id) => (INLINED.test(id) ? fileURLToPath(import.meta.resolve(id)) : null),
});

/** Files of `dist/runtime` that the package exports to Node from here. */
function nodeEntries() {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  return Object.values(exports)
    .filter((target) => target.node !== undefined)
    .map((target) => relative("dist/runtime", target.default));
}

/** What is loaded at once with one of the entries. */
function reachable(modules, entries) {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const found = new Set(entries);
  for (const id of found) for (const next of byId.get(id)?.dependencies ?? []) found.add(next);
  return found;
}

/** What the package's own names stand for in Node. */
const NODE = { "#environment": "environment.node.js", "#platform": "platform/node.js" };

const platform = (runtime) => ({
  name: "platform",
  resolveId: (id) => (Object.hasOwn(NODE, id) ? join(runtime, NODE[id]) : null),
});

/**
 * `import { readSync } from "node:fs"` makes Node list every export of the module, for which it loads `fs/promises` and
 * more; `process.getBuiltinModule` does not.
 */
const builtIns = () => ({
  name: "built-ins",
  resolveId: (id) => (id.startsWith("node:") ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith("\0node:")) return null;
    const name = id.slice(1);
    return { code: `export default process.getBuiltinModule(${JSON.stringify(name)});`, syntheticNamedExports: true };
  },
});
