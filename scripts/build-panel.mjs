import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const inspector = fileURLToPath(new URL("../playground/inspector/", import.meta.url));
const PLACEHOLDER = 'PANEL = { script: "", style: "" }';

/** Bundles the inspector as a panel over other processes and writes it into a built `dist`. */
export async function writePanel(dist) {
  const path = join(dist, "runtime/inspect/panel-page.js");
  const code = readFileSync(path, "utf8");
  if (!code.includes(PLACEHOLDER)) throw new Error("runtime/inspect/panel-page.ts: the placeholder is missing");
  const panel = JSON.stringify(await bundlePanel());
  writeFileSync(
    path,
    code.replace(PLACEHOLDER, () => `PANEL = ${panel}`),
  );
}

async function bundlePanel() {
  const { outputFiles } = await build({
    entryPoints: [join(inspector, "panel/main.tsx")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: "/panel",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "error",
    plugins: [remote],
  });
  const text = (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}

/** What the inspector shows is not in its own process here. */
const remote = {
  name: "remote",
  setup: (context) =>
    context.onResolve({ filter: /^cachet(?:\/inspect)?$|^(?:\.\/|\.\.\/)beside\.ts$/ }, () => ({
      path: join(inspector, "panel/remote-source.ts"),
    })),
};
