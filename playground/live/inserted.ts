import { decodedMappings, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";

/** A range of the output, in UTF-16 units. */
export interface Range {
  from: number;
  to: number;
}

/** Such pieces of the source each have a segment in the map. */
const WORD = /[\w$]+|[^\w$]/y;

/** What the transform put into a text: all that the map does not lead back to the next word of the source. */
export function findInserted(source: string, output: string, map: SourceMapInput): Range[] {
  const sourceLines = lineStarts(source);
  const outputLines = lineStarts(output);
  const inserted: Range[] = [];
  let next = 0;
  let from = 0;
  decodedMappings(new TraceMap(map)).forEach((segments, line) => {
    for (const [column, file, sourceLine = 0, sourceColumn = 0] of segments) {
      const at = (outputLines[line] ?? 0) + column;
      WORD.lastIndex = next;
      const word = WORD.exec(source)?.[0] ?? "";
      const isNext = file !== undefined && (sourceLines[sourceLine] ?? 0) + sourceColumn === next;
      if (!isNext || !output.startsWith(word, at)) continue;
      if (at > from) inserted.push({ from, to: at });
      next += word.length;
      from = at + word.length;
    }
  });
  if (output.length > from) inserted.push({ from, to: output.length });
  return inserted;
}

const lineStarts = (text: string): number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
