import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes to, and how. */
export interface Terminal {
  /** True where a person reads standard output: only then tables are aligned and lines have headings. */
  readonly isInteractive: boolean;
  /** One line, or several, to standard output. */
  print(text: string): void;
  /** To standard error: what is no result. */
  complain(text: string): void;
  /** Colours a text for standard output, where colours are wanted. */
  paint(style: Style, text: string): string;
  /** The same for standard error. */
  paintComplaint(style: Style, text: string): string;
}

/** The terminal of this process. Colours follow NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function processTerminal(): Terminal {
  const painter = (stream: NodeJS.WriteStream) => {
    const isWanted = wantsColor(stream);
    // Whether the stream takes colours was decided here; styleText would look at standard output only.
    return (style: Style, text: string) => (isWanted ? styleText(style, text, { validateStream: false }) : text);
  };
  return {
    isInteractive: process.stdout.isTTY === true,
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
    paint: painter(process.stdout),
    paintComplaint: painter(process.stderr),
  };
}

/** NO_COLOR counts when it is set to anything but the empty text (no-color.org). */
function wantsColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}

/**
 * Rows of cells: aligned under a heading for people; for pipes one line per row, cells separated by a tab, no heading.
 */
export function formatTable(
  terminal: Terminal,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (!terminal.isInteractive) return rows.map((row) => row.map(stripVTControlCharacters).join("\t")).join("\n");
  const all = [heading.map((cell) => terminal.paint("dim", cell)), ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell))).join("  ");
  return all.map((row) => line(row).trimEnd()).join("\n");
}

function widthOf(cell: string): number {
  return [...stripVTControlCharacters(cell)].length;
}
