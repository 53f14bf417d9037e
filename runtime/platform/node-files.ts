import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileAccess } from "./context.ts";

/** So many bytes of a file are read at a time. */
const PIECE = 2 ** 20;

/** The files of this machine. */
export const fileAccess: FileAccess = {
  pathOf: (file) => resolve(typeof file === "string" ? file : fileURLToPath(file)),
  stampOf(path) {
    try {
      const { size, mtimeNs } = statSync(path, { bigint: true });
      return `${size} ${mtimeNs}`;
    } catch {
      return undefined;
    }
  },
  digestOf(path) {
    const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
    try {
      const stats = statSync(path);
      if (stats.isDirectory()) hash.update(JSON.stringify(readdirSync(path).sort()));
      else readInto(path, stats, hash);
      return hash.digest("hex");
    } catch {
      return undefined;
    }
  },
};

/** A pipe or a device gives its content once, or never ends. */
function readInto(path: string, stats: Stats, hash: { update(bytes: Uint8Array): void }): void {
  if (!stats.isFile()) throw new Error(`${path} has no content of its own`);
  const file = openSync(path, "r");
  try {
    const piece = new Uint8Array(PIECE);
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece))
      hash.update(piece.subarray(0, length));
  } finally {
    closeSync(file);
  }
}
