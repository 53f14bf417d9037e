// Compiles the package into dist/: plain tsc, one output file per source file, so that what is shipped reads like what
// is written; for Node the runtime is bundled beside it, into few files, as ES modules and as CommonJS. With --if-needed nothing happens where dist/ was built from the very same sources.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeBuildId } from "./build-id.mjs";
import { writePanel } from "./build-panel.mjs";
import { bundleAsCommonJs, bundleForNode, bundleTools } from "./bundle-node.mjs";
import { cutParser } from "./cut-parser.mjs";

const STAMP = ".cache/dist-sources";
const SOURCES = [
  "scripts/build.mjs",
  "scripts/build-id.mjs",
  "scripts/build-panel.mjs",
  "scripts/bundle-node.mjs",
  "scripts/cut-parser.mjs",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "transformer",
  "runtime",
  "cli",
  "playground/inspector",
  "editor",
];

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const stamp = digestOf(SOURCES);
const isCurrent = existsSync("dist") && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;
if (!(isCurrent && process.argv.includes("--if-needed"))) await build();

/** Into a folder of its own first: whoever reads dist/ meanwhile never finds half of it, and a failed build leaves it. */
async function build() {
  const fresh = `.cache/dist-${process.pid}`;
  const old = `${fresh}-old`;
  try {
    const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", fresh];
    execFileSync(process.execPath, tsc, { stdio: ["ignore", "inherit", "inherit"] });
    await writePanel(fresh);
    await cutParser(fresh);
    writeBuildId(fresh);
    await bundleForNode(fresh);
    await bundleAsCommonJs(fresh);
    await bundleTools(fresh);
    if (existsSync(`${fresh}/cli/index.js`)) chmodSync(`${fresh}/cli/index.js`, 0o755);
    if (existsSync("dist")) renameSync("dist", old);
    renameSync(fresh, "dist");
    writeFileSync(STAMP, stamp);
  } catch (error) {
    if (error.status === undefined) throw error;
    process.exitCode = error.status;
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

function digestOf(paths) {
  mkdirSync(".cache", { recursive: true });
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesIn)) hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function filesIn(path) {
  if (/\.(json|mjs)$/.test(path)) return [path];
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
