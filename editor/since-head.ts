/** Asks what the newest commit of a repository has; see `cli/diff/head.ts`. */
export interface HeadReader {
  commit(directory: string): Promise<string | undefined>;
  read(directory: string): Promise<Head | undefined>;
}

interface Head {
  commit: string;
  hashes: ReadonlyMap<string, string>;
}

/** Which functions are other ones than in the newest commit. It answers with what it knows, and says when it knows more. */
export class SinceHead {
  readonly #reader: HeadReader;
  readonly #learnt: () => void;
  readonly #heads = new Map<string, Head | undefined>();
  readonly #looking = new Set<string>();

  /** @param learnt called when answers are no longer what they were */
  constructor(reader: HeadReader, learnt: () => void) {
    this.#reader = reader;
    this.#learnt = learnt;
  }

  /** `directory`: that of the function's project. */
  stateOf(directory: string, { id, hash }: { id: string; hash: string }): "cold" | "new" | undefined {
    if (!this.#heads.has(directory)) void this.look(directory);
    const head = this.#heads.get(directory);
    if (head === undefined) return undefined;
    const before = head.hashes.get(id);
    if (before === undefined) return "new";
    return before === hash ? undefined : "cold";
  }

  /** Looks again at every project where a commit was made or another one checked out. */
  lookAgain(): void {
    for (const directory of this.#heads.keys()) void this.look(directory);
  }

  async look(directory: string): Promise<void> {
    if (this.#looking.has(directory)) return;
    this.#looking.add(directory);
    const known = this.#heads.get(directory);
    const commit = await this.#reader.commit(directory);
    if (!this.#heads.has(directory) || commit !== known?.commit) {
      this.#heads.set(directory, commit === undefined ? undefined : await this.#reader.read(directory));
      this.#learnt();
    }
    this.#looking.delete(directory);
  }
}
