import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clearMemory } from "../call/clear.ts";
import { CachetError, NotRecordedError } from "../errors.ts";
import { MODES } from "../mode.ts";
import { knownFunctions, state } from "../registry.ts";
import type { Mode } from "../settings.ts";
import { ownValues } from "../values/own-values.ts";
import { forgetCode } from "./recorded-code.ts";
import { recordingsOf } from "./recording-store.ts";
import { openRecordings } from "./recordings.ts";
import { runnerOf, type TestFile } from "./test-runner.ts";

export type { TestFile } from "./test-runner.ts";

export interface RecordedOptions {
  /** Where the recordings of this file are kept: `__recordings__/<name of the test file>` beside it by default. */
  dir?: string;
}

/**
 * Records calls of data functions for the tests of one file, and answers from the recordings: `recorded(import.meta)` at the top of
 * the file, or `recorded(__filename)` in CommonJS. A call that is not recorded yet runs, and is kept; in CI (`CI` is set) it throws a
 * `NotRecordedError`, and the file fails even if somebody catches that. `CACHET_MODE` says otherwise. What no test of the file used
 * is removed when the runner updates what it keeps (`vitest -u`, `jest -u`, `node --test --test-update-snapshots`), or with
 * `CACHET_UPDATE=1`, if all tests have run and passed.
 * @throws Error where test files share a process and are loaded before the first test runs.
 */
export function recorded(file: TestFile, { dir = folderOf(file) }: RecordedOptions = {}): void {
  const runner = runnerOf(file);
  const mode = modeHere();
  if (mode !== "record" && mode !== "replay") return;
  const used = new Set<string>();
  const missed: NotRecordedError[] = [];
  const leave = enter(mode, dir, used, missed);
  runner.atEnd(() => {
    leave();
    if (missed.length > 0) throw failure(missed);
    const unused = recordingsIn(dir).filter((path) => !used.has(path));
    if (unused.length === 0 || !runner.isWhole()) return;
    if (runner.isUpdate || process.env["CACHET_UPDATE"] === "1") for (const path of unused) remove(path, dir);
    else if (!isCi())
      state.settings.onWarning(`cachet: no test used ${unused.length} of the recordings in ${dir}. ${UPDATE}`);
  });
}

const UPDATE = "Remove them by running all tests of the file with --update, or with CACHET_UPDATE=1";

function pathOf(file: TestFile): string {
  const given = typeof file === "string" || file instanceof URL ? file : file.url;
  return given instanceof URL || given.startsWith("file:") ? fileURLToPath(given) : given;
}

function folderOf(file: TestFile): string {
  const path = pathOf(file);
  return join(dirname(path), "__recordings__", basename(path));
}

const isCi = (): boolean => !["", "0", "false", undefined].includes(process.env["CI"]);

/** The variable as it is now: a runner may set it after the runtime was loaded. */
function modeHere(): Mode {
  const given = process.env["CACHET_MODE"] as Mode | undefined;
  if (given !== undefined && MODES.includes(given)) return given;
  return isCi() ? "replay" : "record";
}

/** Puts the recordings in force, with nothing in memory; returns what puts back what was before. */
function enter(mode: "record" | "replay", dir: string, used: Set<string>, missed: NotRecordedError[]): () => void {
  const before = { settings: state.settings, recordings: state.features.recordings };
  const opened = openRecordings(mode, dir, { used: (path) => used.add(path), outlivesClears: true });
  state.settings = ownValues(state.settings, { mode, dir });
  state.features.recordings = {
    ...opened,
    missed(owner, entry): never {
      try {
        return opened.missed(owner, entry);
      } catch (error) {
        if (error instanceof NotRecordedError) missed.push(error);
        throw error;
      }
    },
  };
  startCold();
  return () => {
    const { mode: oldMode, dir: oldDir, ...others } = { ...state.settings, ...pick(before.settings) };
    state.settings = ownValues({ ...others, ...(oldMode && { mode: oldMode }), ...(oldDir && { dir: oldDir }) });
    if (before.recordings === undefined) delete state.features.recordings;
    else state.features.recordings = before.recordings;
    startCold();
  };
}

const pick = ({ mode, dir }: { mode?: Mode; dir?: string }) => ({ mode, dir });

/** What is in memory was computed under other recordings, or none. */
function startCold(): void {
  state.refresh();
  for (const known of knownFunctions()) if (known.policy.kind === "data") clearMemory(known);
}

function failure(missed: readonly NotRecordedError[]): CachetError {
  const calls = [...new Set(missed.map(({ message }) => message))];
  return new CachetError("CACHET_NOT_RECORDED", `recorded(): not recorded:\n${calls.join("\n")}`);
}

function recordingsIn(dir: string): string[] {
  try {
    const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".json")).map((name) => join(dir, name));
  } catch {
    return [];
  }
}

/** With the folders that are empty then. */
function remove(path: string, dir: string): void {
  rmSync(path, { force: true });
  forgetCode(dirname(path), new Set(recordingsOf(dirname(path)).map(({ codeHash }) => codeHash)));
  for (let folder = dirname(path); folder.startsWith(dir); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, maybe since a moment ago.
      return;
    }
  }
}
