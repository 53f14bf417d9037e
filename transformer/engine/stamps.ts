import { statSync } from "node:fs";

/** Notices changes of files for a tool that never says that one changed. */
export class Stamps {
  readonly #known = new Map<string, string>();

  /** To be called before a file is read, so that a change meanwhile is noticed. */
  take(file: string): void {
    if (!this.#known.has(file)) this.#known.set(file, stampOf(file));
  }

  /** Whether every file is as it was when its stamp was taken. */
  hold(): boolean {
    for (const [file, stamp] of this.#known) if (stampOf(file) !== stamp) return false;
    return true;
  }

  clear(): void {
    this.#known.clear();
  }
}

/** A file that is replaced within one tick of its clock has another inode. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.ino}` : "";
}
