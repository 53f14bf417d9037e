import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** This repository, also where this code has become part of a file in its `.cache`. */
const root = import.meta.url.replace(/\/(?:test\/stores|\.cache\/sources)\/[^/]*$/, "/");
const here = (path: string) => fileURLToPath(new URL(path, `${root}test/stores/`));

/** A directory that goes away with `remove`. */
export function temporaryDirectory(name: string) {
  const path = mkdtempSync(join(tmpdir(), `cachet-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** One file that plain Node runs, made of a worker's source and the runtime as it is right now. */
export function bundleWorker(source: string): string {
  const folder = here("../../node_modules/.cache/test-workers");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${source.replace(/\W/g, "-")}-${process.pid}.mjs`);
  buildSync({
    entryPoints: [here(source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["yocto-spinner", "ioredis", "keyv", "keyv-file"],
    alias: {
      "#environment": here("../../runtime/environment.node.ts"),
      "#platform": here("../../runtime/platform/node.ts"),
    },
    logLevel: "error",
  });
  return outfile;
}
