import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { BuildFacts, CodeEdit, CoveredNode } from "../../runtime/inspect/build-facts.ts";
import type { FunctionReport } from "../index.ts";
import { toPosix } from "../syntax/paths.ts";
import type { HashNode } from "../types.ts";

type Reports = () => Promise<readonly FunctionReport[]>;

const MOST_EDITS = 50;

/** What a dev server knows of the code that it has transformed, for a panel that somebody may open later. */
export class KnownCode implements BuildFacts {
  readonly #root: string;
  /** By function id and code hash: what an environment has now. */
  readonly #modules = new Map<string, Reports>();
  readonly #edits: CodeEdit[] = [];
  readonly #listeners = new Set<Parameters<BuildFacts["followEdits"]>[0]>();

  /** @param root directory that places are relative to */
  constructor(root: string) {
    this.#root = root;
  }

  /** Takes in what came out of a module. */
  noteModule(functions: readonly FunctionReport[], reports: Reports): void {
    for (const { id, hash } of functions) this.#modules.set(`${id} ${hash}`, reports);
  }

  noteEdit(edit: CodeEdit): void {
    for (const { id, before } of edit.changed) this.#modules.delete(`${id} ${before}`);
    this.#edits.push(edit);
    if (this.#edits.length > MOST_EDITS) this.#edits.shift();
    for (const listener of this.#listeners) listener(edit, false);
  }

  async covers(id: string, codeHash: string): Promise<readonly CoveredNode[] | undefined> {
    const reports = await this.#modules.get(`${id} ${codeHash}`)?.();
    const tree = reports?.find((report) => report.id === id && report.hash === codeHash)?.tree;
    const texts = new Map<string, string[]>();
    return tree?.map((node) => this.#describe(node, texts));
  }

  followEdits(listener: Parameters<BuildFacts["followEdits"]>[0]): () => void {
    for (const edit of this.#edits) listener(edit, true);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #describe(
    { kind, name, file, line, lastLine, hash, uses, note }: HashNode,
    texts: Map<string, string[]>,
  ): CoveredNode {
    const node = { kind, name, hash, uses, note };
    if (file === undefined || line === undefined || lastLine === undefined) return node;
    const lines = texts.get(file) ?? linesOf(file);
    texts.set(file, lines);
    return {
      ...node,
      place: `${toPosix(relative(this.#root, file))}:${line}`,
      source: lines.slice(withComment(lines, line) - 1, lastLine).join("\n"),
    };
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // It has been removed since.
    return [];
  }
}

/** The first line of the comment right above a line, which may hold a mark. */
function withComment(lines: readonly string[], line: number): number {
  let first = line;
  while (/^\s*(?:\/\*|\*|\/\/)/.test(lines[first - 2] ?? "")) first--;
  return first;
}
