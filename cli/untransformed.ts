import type ts from "typescript";
import { findMarks } from "../transformer/1-marks/find-marks.ts";
import { findTarget } from "../transformer/1-marks/mark-target.ts";
import { isRewritten } from "../transformer/4-rewrite/recognise.ts";
import { parse } from "../transformer/syntax/parse.ts";
import type { Finding, TypeScript } from "../transformer/types.ts";

/** A mark that does nothing, because no transform has seen it. */
export interface UntransformedMark {
  tag: string;
  /** 1-based. */
  line: number;
  column: number;
  /** The source that the mark stands in, where a source map tells of it and the built file has lost the comment. */
  source?: string;
}

/** Offsets in a text. */
export interface Range {
  pos: number;
  end: number;
}

export interface UntransformedMarks {
  marks: UntransformedMark[];
  /** The bodies of the functions that they stand on. */
  bodies: Range[];
}

/** The marks in a file's comments whose function doesn't look its result up. */
export function findUntransformedMarks(api: TypeScript, fileName: string, text: string): UntransformedMarks {
  const sourceFile = parse(api, fileName, text);
  const starts: number[] = [];
  const bodies: Range[] = [];
  const misspelled = ({ start }: Finding) => void starts.push(start);
  for (const mark of findMarks(api, sourceFile, misspelled)) {
    const body = findTarget(api, mark, () => {})?.node.body;
    if (isRewritten(api, mark, body)) continue;
    starts.push(mark.start);
    if (body) bodies.push(body);
  }
  return { marks: starts.sort((one, other) => one - other).map((start) => describe(sourceFile, start)), bodies };
}

function describe(sourceFile: ts.SourceFile, start: number): UntransformedMark {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(start);
  const tag = /^@\w+/.exec(sourceFile.text.slice(start))?.[0] ?? "@";
  return { tag, line: line + 1, column: character + 1 };
}
