import type { ShapeInfo } from "../snapshot/shape-info.ts";

/** What is kept of a value, and how callers get it back. */
export interface Kept {
  value: unknown;
  /** Makes a caller's own copy; absent where the value itself can be handed out. */
  give: ((kept: unknown) => unknown) | undefined;
  bytes: number;
  /** What was learnt of the value while it was copied and is still true of it, so that who writes it down need not look again. */
  shapeInfo?: ShapeInfo;
}

/** A stored entry, decoded. */
export interface Found extends Kept {
  /** Milliseconds it may still live. */
  remaining: number;
  /** Milliseconds the body once took. */
  cost: number;
  /** When it was written, in milliseconds since 1970: tells it from what another process writes later. */
  written: number;
  /** True where callers expect a promise although the function was not declared async. */
  promised: boolean;
  /** What the body showed. */
  replay: unknown;
}
