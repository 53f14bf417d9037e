import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Definition } from "../options/options.ts";
import { writeWhole } from "./write-whole.ts";

/*
 * What the code of recordings was made of, in a file beside them for each code hash: a line for each declaration, by name,
 * with a digest of its own code. It is there where the build was told to say it.
 */

const pathOf = (folder: string, hash: string): string => join(folder, `${hash.replace(/\W/g, "-")}.code`);

/** Written once for each version of a function's code. */
export function noteCode(folder: string, { hash, code }: Definition): void {
  const path = pathOf(folder, hash);
  if (code === undefined || existsSync(path)) return;
  const lines = Object.entries(code).map(([name, digest]) => `${digest} ${name}\n`);
  writeWhole(path, lines.join(""));
}

/** The declarations that are others now, or came, or went, since a version of the code was recorded; empty where that is not known. */
export function changedSince(folder: string, recordedHash: string, { code }: Definition): string[] {
  const recorded = readCode(pathOf(folder, recordedHash));
  if (code === undefined || recorded === undefined) return [];
  const changed = Object.keys(code).filter((name) => recorded.has(name) && recorded.get(name) !== code[name]);
  if (changed.length > 0) return changed;
  const came = Object.keys(code).filter((name) => !recorded.has(name));
  return [...came, ...[...recorded.keys()].filter((name) => !Object.hasOwn(code, name))];
}

/** Removes what was noted of code that no recording of a folder was made by. */
export function forgetCode(folder: string, hashes: ReadonlySet<string>): void {
  const kept = new Set([...hashes].map((hash) => pathOf(folder, hash)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".code") && !kept.has(path)) rmSync(path, { force: true });
  }
}

function readCode(path: string): Map<string, string> | undefined {
  try {
    const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
    return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]));
  } catch {
    return undefined;
  }
}
