import {
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { checksum } from "#platform";
import { newEpoch } from "../new-epoch.ts";
import { closeQuietly, createFile, openRegular, removeFile, statOf } from "./files.ts";

/*
 * A file of lines, each `<checksum> <epoch> <scope>`. The first has no scope: its epoch counts for every scope that has no line of
 * its own. A clear appends lines. So one look at the file's size and time tells whether anybody cleared anything, and a lost or
 * damaged file puts every entry out of use, since a new one begins with an epoch that no entry carries.
 */

/** A larger file is written anew, with one line per scope. */
const LARGE = 2 ** 20;
const RETRIES = 20;
/** A line is added in one step; one without an end after so many milliseconds was cut off. */
const UNFINISHED = 2000;

/** What a look at the log found that changed, by others: scopes, or everything. */
export type Change = { scopes?: readonly string[] };

/** The epochs of one directory, as all its processes share them. */
export class EpochLog {
  private readonly path: string;
  private readonly temporary: () => string;
  private signature = "";
  private base: string | undefined;
  private epochs = new Map<string, string>();
  /** What was last looked at in full. */
  private seen: { base: string | undefined; epochs: Map<string, string> } = { base: undefined, epochs: new Map() };
  /** Epochs this object made: no news to it. */
  private readonly own = new Set<string>();

  /** `temporary` names a new file in a directory of the same file system. */
  constructor(path: string, temporary: () => string) {
    this.path = path;
    this.temporary = temporary;
  }

  /** The epochs of scopes; all are `undefined` if there is no log and none is to be made. */
  read(scopes: readonly string[], make: boolean): (string | undefined)[] {
    for (let attempt = 0; make && this.base === undefined && attempt < 3; attempt++) {
      this.begin([line(newEpoch(), "")]);
      this.look();
    }
    return scopes.map((scope) => this.epochs.get(scope) ?? this.base);
  }

  /** Looks whether the log has changed, and says what others changed in it. */
  look(): Change | undefined {
    const signature = signatureOf(this.path);
    if (signature === this.signature) return undefined;
    const { base, epochs } = this.seen;
    this.load();
    // A log that is gone says nothing of what is in memory; the next one will.
    if (this.base === undefined) return undefined;
    this.seen = { base: this.base, epochs: this.epochs };
    if (base === undefined) return undefined;
    if (this.base !== base) return {};
    const scopes = [...this.epochs].filter(([scope, epoch]) => epochs.get(scope) !== epoch && !this.own.has(epoch));
    this.own.clear();
    return scopes.length === 0 ? undefined : { scopes: scopes.map(([scope]) => scope) };
  }

  /**
   * Gives scopes new epochs. A log that is missing is made, since another process may have moved it aside to write it anew: what
   * is made here first keeps that one from its place.
   */
  renew(scopes: readonly string[]): void {
    const made = scopes.map((scope) => [newEpoch(), scope] as const);
    for (const [epoch] of made) this.own.add(epoch);
    const text = made.map(([epoch, scope]) => line(epoch, scope)).join("");
    for (let attempt = 0; attempt < RETRIES; attempt++) {
      const outcome = this.append(text);
      if (outcome === "missing") this.begin([line(newEpoch(), "")]);
      if (outcome === "missing" || outcome === "moved") continue;
      if (outcome === "large") this.rewrite();
      return;
    }
    throw new Error(`${this.path} is replaced again and again`);
  }

  /** Adds to the file that lies at the path, which another process may be about to write anew. */
  private append(text: string): "done" | "large" | "moved" | "missing" {
    const fd = openRegular(this.path, constants.O_WRONLY | constants.O_APPEND);
    if (fd === undefined) return "missing";
    try {
      writeFileSync(fd, text);
      const own = fstatSync(fd);
      const there = statOf(this.path);
      if (there === undefined || there.ino !== own.ino) return "moved";
      return own.size > LARGE ? "large" : "done";
    } finally {
      closeQuietly(fd);
    }
  }

  /**
   * Moves the log aside first, so that whoever adds to it meanwhile notices; until the new one is there no entry counts. Clears of
   * single calls become one of their function.
   */
  private rewrite(): void {
    const aside = this.temporary();
    try {
      renameSync(this.path, aside);
      const { base, epochs } = parse(readFileSync(aside, "latin1"));
      removeFile(aside);
      const kept = new Map([...epochs].filter(([scope]) => !scope.startsWith("args:")));
      for (const scope of epochs.keys())
        if (scope.startsWith("args:")) kept.set(`fn:${scope.split(":")[1]}`, newEpoch());
      this.begin([line(base ?? newEpoch(), ""), ...[...kept].map(([scope, epoch]) => line(epoch, scope))]);
    } catch {
      // Another process does the same. At worst there is no log, and everything is computed again.
    }
  }

  /** Makes the log, whole from its first moment, unless there is one. */
  private begin(lines: readonly string[]): void {
    const unfinished = this.temporary();
    const fd = createFile(unfinished);
    try {
      writeFileSync(fd, lines.join(""));
    } finally {
      closeQuietly(fd);
    }
    try {
      placeIfFree(unfinished, this.path);
    } finally {
      removeFile(unfinished);
    }
  }

  private load(): void {
    this.base = undefined;
    this.epochs = new Map();
    this.signature = "";
    const fd = openRegular(this.path, constants.O_RDONLY);
    if (fd === undefined) return;
    try {
      const stat = fstatSync(fd);
      const text = readFileSync(fd, "latin1");
      const end = text.lastIndexOf("\n") + 1;
      const { base, epochs } = parse(text.slice(0, end));
      // A line that has no end yet is being added, which takes a moment, or it is damaged: a clear may be in it, so nothing counts meanwhile.
      const isOpen = end < text.length;
      if (base === undefined || (isOpen && Math.abs(Date.now() - stat.mtimeMs) > UNFINISHED)) {
        // One that cannot be read in full may have lost a clear, so it counts no more, for anybody.
        removeFile(this.path);
        return;
      }
      if (isOpen) return;
      this.base = base;
      this.epochs = epochs;
      this.signature = signatureOfStat(stat);
    } finally {
      closeQuietly(fd);
    }
  }
}

const line = (epoch: string, scope: string): string => `${sumOf(`${epoch} ${scope}`)} ${epoch} ${scope}\n`;
const sumOf = (text: string): string => checksum(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");

/** Without a base if any line is damaged. */
function parse(text: string): { base: string | undefined; epochs: Map<string, string> } {
  const epochs = new Map<string, string>();
  const lines = text.split("\n");
  lines.pop();
  for (const each of lines) {
    const content = each.slice(9);
    const at = content.indexOf(" ");
    if (at < 0 || each.slice(0, 8) !== sumOf(content)) return { base: undefined, epochs: new Map() };
    epochs.set(content.slice(at + 1), content.slice(0, at));
  }
  const base = epochs.get("");
  epochs.delete("");
  return { base, epochs: base === undefined ? new Map() : epochs };
}

/** A link is whole at once and never replaces; where there are none, a copy does that. */
function placeIfFree(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EMLINK") throw error;
    if (statOf(to) === undefined) copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function signatureOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : signatureOfStat(stat);
}

const signatureOfStat = ({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string =>
  `${ino}-${size}-${mtimeMs}`;
