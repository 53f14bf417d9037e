import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const PLACEHOLDER = '"sources"';

/** Writes the id of the transform in a built `dist` into it. */
export function writeBuildId(dist) {
  const path = join(dist, "transformer/build-id.js");
  writeFileSync(path, withBuildId(readFileSync(path, "utf8"), digestOfTransform(dist)));
}

/** Code that contains the placeholder, with the id in its place. */
export function withBuildId(code, id) {
  if (!code.includes(PLACEHOLDER)) throw new Error("transformer/build-id.ts: the placeholder for the id is missing");
  return code.replace(PLACEHOLDER, JSON.stringify(id));
}

/** A digest of the transform and of every file that it imports, by path and content. */
export function digestOfTransform(dist) {
  const files = new Set(
    readdirSync(join(dist, "transformer"), { recursive: true })
      .filter((file) => /\.c?js$/.test(file))
      .map((file) => join(dist, "transformer", file)),
  );
  const hash = createHash("sha256");
  for (const file of files) for (const imported of importsOf(file)) files.add(imported);
  for (const file of [...files].sort()) {
    // The id itself may be in place already.
    const content = file.endsWith("build-id.js") ? "" : readFileSync(file);
    hash
      .update(`${relative(dist, file)}\0`)
      .update(content)
      .update("\0");
  }
  return hash.digest("hex").slice(0, 32);
}

function importsOf(file) {
  const specifiers = readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g);
  return [...specifiers].map(([, specifier]) => join(dirname(file), specifier)).filter((path) => existsSync(path));
}
