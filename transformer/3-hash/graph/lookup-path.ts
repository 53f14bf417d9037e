/**
 * The files that a search has looked at, the last one first. Searches that begin alike share their beginning: a barrel
 * of hundreds of `export *` is walked again for each name that is taken from it.
 */
export class Trail {
  /** None at the start of all searches. */
  readonly file: string | undefined;
  readonly before: Trail | undefined;
  readonly #after = new Map<string, Trail>();

  constructor(file?: string, before?: Trail) {
    this.file = file;
    this.before = before;
  }

  /** The trail that goes on to another file. */
  to(file: string): Trail {
    const known = this.#after.get(file);
    if (known) return known;
    const trail = new Trail(file, this);
    this.#after.set(file, trail);
    return trail;
  }
}
