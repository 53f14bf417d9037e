import { pathToFileURL } from "node:url";
import type { FunctionReport, HashNode } from "../transformer/types.ts";

/** A cached function and what its hash covers, for an editor that draws it: the answer of `cachet/covers`. */
export interface CoveredFunction {
  id: string;
  name: string;
  kind: string;
  hash: string;
  /** The function first; empty where only its own code counts. */
  nodes: CoveredDeclaration[];
}

export interface CoveredDeclaration {
  kind: string;
  name: string;
  /** Where it stands; absent for what has no source. */
  uri?: string;
  /** Counted from 0. */
  line?: number;
  /** Places in the list. */
  uses: number[];
  /** Why more counts than the declaration. */
  note?: string;
}

export function coveredFunction({ id, name, kind, hash, tree = [] }: FunctionReport): CoveredFunction {
  return { id, name, kind, hash, nodes: tree.map(coveredDeclaration) };
}

function coveredDeclaration({ kind, name, file, line, uses, note }: HashNode): CoveredDeclaration {
  return {
    kind,
    name,
    uses,
    ...(file !== undefined && { uri: pathToFileURL(file).href }),
    ...(line !== undefined && { line: line - 1 }),
    ...(note !== undefined && { note }),
  };
}

/** `covers 12 declarations in 4 files`. */
export function coverage({ tree = [], dependencies }: FunctionReport): string {
  const declarations = Math.max(1, tree.filter((node) => node.file !== undefined).length);
  return `covers ${count(declarations, "declaration")} in ${count(dependencies.length + 1, "file")}`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;
