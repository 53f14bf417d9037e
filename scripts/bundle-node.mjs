import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";

/**
 * Bundles the runtime for Node into few files: finding, opening and linking fifty modules takes longer than running them.
 * Pages get the single modules, of which their bundlers keep what a program uses.
 */
export async function bundleForNode(dist) {
  const { bundle, core } = await bundleRuntime(dist, (id) => INLINED.test(id));
  await bundle.write({
    dir: join(dist, "node"),
    chunkFileNames: "[name].js",
    manualChunks: (id) => (core.has(id) ? "core" : undefined),
    hoistTransitiveImports: false,
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.includes("@noble/hashes")) ? NOTICE : ""),
  });
  await bundle.close();
}

/**
 * The same as CommonJS, for test runners that load no ES modules (Jest), with the packages inside that are ES modules
 * only. Both may run in one process: the registry is one, wherever the code came from.
 */
export async function bundleAsCommonJs(dist) {
  const { bundle, core } = await bundleRuntime(dist, (id) => INLINED.test(id) || MODULES_ONLY.test(id));
  await bundle.write({
    dir: join(dist, "cjs"),
    format: "cjs",
    dynamicImportInCjs: false,
    exports: "named",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    manualChunks: (id) => (core.has(id) ? "core" : undefined),
    banner: ({ moduleIds }) =>
      NOTICES.filter(([name]) => moduleIds.some((id) => id.includes(name)))
        .map(([, text]) => text)
        .join("\n"),
  });
  await bundle.close();
}

async function bundleRuntime(dist, isInlined) {
  const runtime = resolve(dist, "runtime");
  const bundle = await rollup({
    input: Object.fromEntries(nodeEntries().map((path) => [path.replace(/\.js$/, ""), join(runtime, path)])),
    external: (id) => /^[@a-z]/.test(id) && !id.startsWith("node:") && !isInlined(id),
    plugins: [platform(runtime), builtIns(), inlined(isInlined)],
    onLog(_level, log) {
      // Modules that know each other's functions; none of them calls another while it is loaded.
      if (log.code !== "CIRCULAR_DEPENDENCY") throw new Error(log.message);
    },
  });
  const core = reachable(bundle.cache.modules, [join(runtime, "internal.js"), join(runtime, "index.js")]);
  return { bundle, core };
}

/**
 * Bundles what tools load: `dist/node/tools` has each adapter, what it is met with at once, and the transform, which is
 * loaded at the first file that has a mark. As single files they take three times as long.
 */
export async function bundleTools(dist) {
  const transformer = resolve(dist, "transformer");
  const entries = [...toolEntries(), ...LOADED_BY_PATH].map((path) => [path.replace(/^.*\/|\.js$/g, ""), path]);
  const bundle = await rollup({
    input: Object.fromEntries(entries.map(([name, path]) => [name, join(transformer, path)])),
    // Packages, and what stands for another file in a page.
    external: (id) => /^[@a-z#]/.test(id),
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  const isLight = (file) => !HEAVY.some((path) => file.endsWith(path));
  const files = entries.map(([, path]) => join(transformer, path));
  const adapters = reachable(bundle.cache.modules, files.filter(isLight));
  const transform = reachable(
    bundle.cache.modules,
    files.filter((file) => !isLight(file)),
  );
  const chunkOf = (id) => (!adapters.has(id) ? "transform" : transform.has(id) ? "shared" : "engine");
  await bundle.write({
    dir: join(dist, "node/tools"),
    chunkFileNames: "[name].js",
    manualChunks: (id) => (files.includes(id) ? undefined : chunkOf(id)),
    hoistTransitiveImports: false,
  });
  await bundle.close();
}

/** Files whose names other files hand to what loads them. */
const LOADED_BY_PATH = ["engine/transform-parts.js", "adapters/metro-babel.js", "adapters/metro-worker.js"];
/** Loaded at the first mark, or by who transforms at once. */
const HEAVY = ["engine/transform-parts.js", "adapters/ts-patch.js"];

/** Files of `dist/transformer` that the package exports. */
function toolEntries() {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  const types = Object.values(exports).map((target) => target.types ?? "");
  return types
    .filter((path) => path.startsWith("./dist/transformer/"))
    .map((path) => relative("dist/transformer", path).replace(/\.d\.ts$/, ".js"));
}

/** Of this package's many digests one function is used, before the first entry is found. */
const INLINED = /^@noble\/hashes\//;
/** Its license asks for it. */
const NOTICE = "/*! Contains parts of noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */";
/** What CommonJS can't require before Node 20.19, nor Jest at all. */
const MODULES_ONLY = /^(?:yocto-spinner|yoctocolors|idb)$/;
const NOTICES = [
  ["@noble/hashes", NOTICE],
  ["yocto", "/*! Contains yocto-spinner and yoctocolors - MIT License (c) Sindre Sorhus (sindresorhus.com) */"],
  ["/idb/", "/*! Contains idb - ISC License (c) 2016 Jake Archibald */"],
];

const inlined = (isInlined) => ({
  name: "inlined",
  resolveId: (id) => (isInlined(id) ? fileURLToPath(import.meta.resolve(id)) : null),
});

/** Files of `dist/runtime` that the package exports to Node from here. */
function nodeEntries() {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  return Object.values(exports)
    .filter(({ types, node }) => node !== undefined && types.startsWith("./dist/runtime/"))
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
