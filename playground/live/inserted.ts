import { decodedMappings, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";

/** A range of the output, in UTF-16 units. */
export interface Range {
  from: number;
  to: number;
}

/**
 * What the transform put into a text: everything in the output that the source map doesn't lead back from. The transform
 * only inserts and moves no line, so between two mapped places whatever is longer than in the source was inserted.
 */
export function findInserted(source: string, output: string, map: SourceMapInput): Range[] {
  const mappings = decodedMappings(new TraceMap(map));
  const sourceLines = source.split("\n");
  const ranges: Range[] = [];
  let start = 0;
  output.split("\n").forEach((line, index) => {
    for (const { from, to } of insertedInLine(sourceLines[index] ?? "", line, mappings[index] ?? [])) {
      ranges.push({ from: start + from, to: start + to });
    }
    start += line.length + 1;
  });
  return ranges;
}

function insertedInLine(source: string, line: string, segments: readonly (readonly number[])[]): Range[] {
  const ranges: Range[] = [];
  let [outputAt, sourceAt] = [0, 0];
  const follow = (outputNext: number, sourceNext: number) => {
    const copied = outputAt + sourceNext - sourceAt;
    if (copied < outputNext) ranges.push({ from: copied, to: outputNext });
    [outputAt, sourceAt] = [outputNext, sourceNext];
  };
  for (const [output, , , original] of segments) {
    if (output !== undefined && original !== undefined) follow(output, original);
  }
  follow(line.length, source.length);
  return ranges;
}
