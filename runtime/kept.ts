/** What is kept of a value, and how callers get it back. */
export interface Kept {
  value: unknown;
  /** Makes a caller's own copy; absent where the value itself can be handed out. */
  give: ((kept: unknown) => unknown) | undefined;
  bytes: number;
}

/** A stored entry, decoded. */
export interface Found extends Kept {
  /** Milliseconds it may still live. */
  remaining: number;
  /** Milliseconds the body once took. */
  cost: number;
  /** What the body showed. */
  replay: unknown;
}
