// Compiles the bench and its cases into a folder of its own, then starts it. The cases are compiled three times from one
// source: by the transform as data, by the transform as resources, and as they stand, for peers to wrap.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const transformer = here("../dist/node/tools/ts-patch.js");
for (const [path, command] of [
  [transformer, "npm run build"],
  [here("node_modules"), "npm ci --prefix bench"],
]) {
  if (existsSync(path)) continue;
  console.error(`The bench measures what is shipped, beside other libraries: run \`${command}\` first.`);
  process.exit(1);
}
const { formatDiagnostic, transform } = await import(pathToFileURL(transformer).href);

const common = {
  bundle: true,
  packages: "external",
  external: ["cachet", "cachet/*"],
  tsconfigRaw: "{}",
  platform: "node",
  target: "node20",
  format: "esm",
};
// One for each process, so that two runs never meet; inside the package, so that `cachet` means this one.
const out = here(`../.tmp/bench-${process.pid}/`);
mkdirSync(out, { recursive: true });
symlinkSync(here("node_modules"), `${out}node_modules`, "dir");
process.on("exit", () => rmSync(out, { recursive: true, force: true }));

/** The real transform, as a plugin of esbuild; `kind` replaces the mark. */
const marked = (kind) => ({
  name: "cachet",
  setup(context) {
    context.onLoad({ filter: /bench[\\/]cases[\\/].*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8").replaceAll("@cacheData", `@${kind}`);
      const result = transform(source, { fileName: path });
      const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
      return { contents: result.code, loader: "ts", errors: errors.map((each) => ({ text: formatDiagnostic(each) })) };
    });
  },
});

const paths = (names) => names.map((name) => here(`./cases/${name}.ts`));
const cases = paths(["hit", "copy", "big", "disk", "redis", "growth", "goals", "server"]);
await Promise.all([
  build({
    ...common,
    entryPoints: [here("./index.ts"), here("./child.ts"), here("./server.ts")],
    outdir: out,
    splitting: true,
  }),
  build({ ...common, entryPoints: cases, outdir: `${out}cases/plain` }),
  build({ ...common, entryPoints: cases, outdir: `${out}cases/data`, plugins: [marked("cacheData")] }),
  build({
    ...common,
    entryPoints: paths(["hit", "growth"]),
    outdir: `${out}cases/resource`,
    plugins: [marked("cacheResource")],
  }),
]);
await import(pathToFileURL(`${out}index.js`).href);
