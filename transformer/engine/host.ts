import type { Answer } from "../host-requests.ts";
import type { Platform } from "../index.ts";

/** What the engine needs of a tool for one file. */
export interface ToolHost<Resolved = string | undefined | Promise<string | undefined>> {
  /**
   * An import → the absolute path of the file it means or a virtual module's id; `undefined` where there is none. A
   * relative import for which there is none means the file of that name.
   */
  resolve(specifier: string, importer: string): Resolved;
  /** A file's content, where the tool has another one than the disk. */
  read?(file: string): Answer | Promise<Answer>;
  /** Which of the tool's graphs the file belongs to, where they resolve differently. */
  environment?: string;
  /** Where the output runs, if the tool knows. */
  platform?: Platform | undefined;
}

/** A tool that answers at once gets its result at once. */
export interface SyncToolHost extends ToolHost<string | undefined> {
  read?(file: string): Answer;
}
