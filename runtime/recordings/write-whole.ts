import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { publish } from "../stores/disk/files.ts";
import { uniqueName } from "../stores/disk/this-process.ts";

/** Writes a file in one step, with the folders that it needs: readers see all of it or nothing, whoever writes it too. */
export function writeWhole(path: string, text: string): void {
  const folder = dirname(path);
  const part = `${path}.${uniqueName()}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(part, text);
  publish(part, path, folder);
}
