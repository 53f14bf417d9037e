/** A range of the output, in UTF-16 units. */
export interface Range {
  from: number;
  to: number;
}

/** What the transform put into a text. It only inserts and moves no line, so each line holds its source line in pieces. */
export function findInserted(source: string, output: string): Range[] {
  const sourceLines = source.split("\n");
  const ranges: Range[] = [];
  let start = 0;
  output.split("\n").forEach((line, index) => {
    for (const { from, to } of insertedInLine(sourceLines[index] ?? "", line)) {
      ranges.push({ from: start + from, to: start + to });
    }
    start += line.length + 1;
  });
  return ranges;
}

function insertedInLine(source: string, line: string): Range[] {
  if (source === line) return [];
  let head = 0;
  while (head < source.length && source[head] === line[head]) head++;
  let tail = 0;
  while (tail < source.length - head && source[source.length - 1 - tail] === line[line.length - 1 - tail]) tail++;
  const middle = fewestPieces(source.slice(head, source.length - tail), line.slice(head, line.length - tail));
  return middle.map(({ from, to }) => ({ from: from + head, to: to + head }));
}

/** Beyond that many steps a line shows as inserted whole. */
const MOST_STEPS = 4_000_000;

/**
 * The ranges of `line` that are not of `source`, as few as there can be: of all the ways to find the source's characters in
 * the line, in order, the one that is interrupted least.
 */
function fewestPieces(source: string, line: string): Range[] {
  const [rows, columns] = [source.length + 1, line.length + 1];
  if (rows * columns > MOST_STEPS) return [{ from: 0, to: line.length }];
  // How many ranges the rest of the line needs from here on: outside of a range, and within one.
  const outside = new Uint16Array(rows * columns).fill(0xffff);
  const within = new Uint16Array(rows * columns).fill(0xffff);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const at = i * columns + j;
      const isEnd = i === rows - 1 && j === columns - 1;
      const kept = source[i] !== undefined && source[i] === line[j] ? (outside[at + columns + 1] as number) : 0xffff;
      const put = j < columns - 1 ? (within[at + 1] as number) : 0xffff;
      within[at] = isEnd ? 0 : Math.min(kept, put);
      outside[at] = isEnd ? 0 : Math.min(kept, put === 0xffff ? put : put + 1);
    }
  }
  const ranges: Range[] = [];
  let [i, j, from] = [0, 0, -1];
  while (j < line.length) {
    const at = i * columns + j;
    const kept = source[i] !== undefined && source[i] === line[j] ? (outside[at + columns + 1] as number) : 0xffff;
    const isKept = kept === (from < 0 ? outside[at] : within[at]);
    if (isKept && from >= 0) ranges.push({ from, to: j });
    if (!isKept && from < 0) from = j;
    if (isKept) from = -1;
    if (isKept) i++;
    j++;
  }
  if (from >= 0) ranges.push({ from, to: j });
  return ranges;
}
