import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

type Operation = (...args: unknown[]) => unknown;
const files = fs as unknown as Record<string, Operation>;

/** By the first argument's path, and by a descriptor that was opened below the directory. */
const BY_PATH = [
  "lstatSync",
  "mkdirSync",
  "readdirSync",
  "renameSync",
  "rmdirSync",
  "unlinkSync",
  "linkSync",
  "utimesSync",
];
const BY_DESCRIPTOR = ["writevSync", "readSync", "writeFileSync", "readFileSync", "fstatSync", "ftruncateSync"];
const ERRORS = ["EIO", "ENOSPC", "EACCES", "EMFILE", "EROFS", "EBUSY", "EDQUOT"];

/**
 * The file system below one directory, whose operations fail at random: before they did anything, after they did it, or in the middle
 * of what they write or read. Everything else on the machine is left alone.
 */
export class FaultyFiles {
  /** Operations below the directory, and those that failed or did less than they were asked to. */
  readonly counts = { operations: 0, faults: 0, short: 0 };
  rate: number;
  private readonly directory: string;
  private readonly random: () => number;
  private readonly open = new Set<unknown>();
  private readonly originals = new Map<string, Operation>();

  constructor(directory: string, random: () => number, rate: number) {
    this.directory = directory;
    this.random = random;
    this.rate = rate;
    for (const name of BY_PATH) this.replace(name, (path) => this.isOurs(path));
    for (const name of BY_DESCRIPTOR) this.replace(name, (fd) => this.open.has(fd));
    this.replace("openSync", (path) => this.isOurs(path));
    this.replace("closeSync", (fd) => this.open.delete(fd));
    syncBuiltinESMExports();
  }

  /** Gives the file system back as it was. */
  restore(): void {
    for (const [name, original] of this.originals) files[name] = original;
    syncBuiltinESMExports();
  }

  private isOurs(path: unknown): boolean {
    return typeof path === "string" && path.startsWith(this.directory);
  }

  private replace(name: string, isOurs: (first: unknown) => boolean): void {
    const original = files[name] as Operation;
    this.originals.set(name, original);
    files[name] = (...args: unknown[]) => {
      if (!isOurs(args[0])) return original.apply(fs, args);
      this.counts.operations++;
      return this.random() < this.rate ? this.fail(name, original, args) : this.noted(name, original.apply(fs, args));
    };
  }

  private noted(name: string, result: unknown): unknown {
    if (name === "openSync") this.open.add(result);
    return result;
  }

  private fail(name: string, original: Operation, args: unknown[]): unknown {
    const dice = this.random();
    if (dice < 0.3 && name in PARTS) {
      this.counts.short++;
      const part = (PARTS[name] as (args: unknown[], share: number) => unknown[])(args, this.random());
      const result = original.apply(fs, part);
      if (name !== "writeFileSync" && dice < 0.15) return result;
    } else if (name === "closeSync" || (name !== "openSync" && dice < 0.6)) original.apply(fs, args);
    this.counts.faults++;
    const code = ERRORS[Math.floor(this.random() * ERRORS.length)] as string;
    throw Object.assign(new Error(`${code}: injected, ${name}`), { code });
  }
}

/** What is left of an operation's arguments where it does a part of what it was asked to, as a system may. */
const PARTS: Record<string, (args: unknown[], share: number) => unknown[]> = {
  writevSync([fd, buffers, ...rest], share) {
    const whole = Buffer.concat(buffers as Uint8Array[]);
    return [fd, [whole.subarray(0, Math.floor(whole.length * share))], ...rest];
  },
  readSync([fd, buffer, offset, length, ...rest], share) {
    return [fd, buffer, offset, Math.max(1, Math.floor(Number(length) * share)), ...rest];
  },
  writeFileSync([fd, text], share) {
    return [fd, String(text).slice(0, Math.floor(String(text).length * share))];
  },
};
