/**
 * The files that a search has looked at, the last one first. Searches that begin alike share their beginning: a barrel
 * of hundreds of `export *` is walked again for each name that is taken from it.
 */
export class LookupPath {
  /** None at the start of all searches. */
  readonly file: string | undefined;
  readonly before: LookupPath | undefined;
  readonly #after = new Map<string, LookupPath>();

  constructor(file?: string, before?: LookupPath) {
    this.file = file;
    this.before = before;
  }

  /** The lookup path that goes on to another file. */
  to(file: string): LookupPath {
    const known = this.#after.get(file);
    if (known) return known;
    const lookupPath = new LookupPath(file, this);
    this.#after.set(file, lookupPath);
    return lookupPath;
  }
}
