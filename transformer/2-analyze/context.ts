import type { Diagnostics } from "../diagnostics.ts";
import type { Scopes } from "../syntax/scopes.ts";
import type { Source, TypeScript } from "../types.ts";

/** What every question about the marks of one file needs. */
export interface Analysis {
  api: TypeScript;
  source: Source;
  scopes: Scopes;
  diagnostics: Diagnostics;
  /** A name that the file doesn't use, for everything inserted. */
  prefix: string;
  /** The function that reads a captured variable for the key, where it is not the runtime's `capture`. */
  captureHelper?: string | undefined;
}
