/** What a panel shows of the code, which a running program does not know: a build tool or a dev server tells it. */
export interface BuildFacts {
  /** What a code hash covers, the function first; `undefined` if the tool does not know it (any more). */
  covers(id: string, codeHash: string): Promise<readonly CoveredNode[] | undefined>;
  /**
   * Calls `listener` with each edit that gave functions another code hash: at once with those that were made earlier.
   * @returns a function that ends it.
   */
  followEdits(listener: (edit: CodeEdit, isEarlier: boolean) => void): () => void;
}

/** A declaration, package or asset that a code hash covers. */
export interface CoveredNode {
  kind: string;
  name: string;
  /** `src/data.ts:3`, from the project's directory; absent for what has no source there. */
  place?: string | undefined;
  /** Text of the declaration. */
  source?: string | undefined;
  /** Changes when this or anything it reaches changes. */
  hash: string;
  /** Places in the list. */
  uses: readonly number[];
  /** Why more counts than the declaration. */
  note?: string | undefined;
}

export interface CodeEdit {
  /** Whose code it was: the server's, or that of pages. */
  side: "server" | "page";
  /** The files that were edited, from the project's directory. */
  files: readonly string[];
  changed: readonly EditedFunction[];
}

/** A cached function that has another code hash since an edit. */
export interface EditedFunction {
  id: string;
  name: string;
  kind: string;
  /** Code hashes. */
  before: string;
  after: string;
  /** What is to blame. */
  changes: readonly { kind: string; name: string; change: "changed" | "added" | "removed"; place?: string }[];
}
