import type { Table } from "./types.ts";

/** A table as Markdown, with columns padded so that it reads well on a terminal too. */
export function markdown({ title, note, columns, rows }: Table): string {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const pad = (cell: string, i: number) => {
    const width = Math.min(widths[i] as number, WIDEST);
    return isFigure(columns, rows, i) ? cell.padStart(width) : cell.padEnd(width);
  };
  const line = (cells: readonly string[]) => `| ${columns.map((_, i) => pad(cells[i] ?? "", i)).join(" | ")} |`;
  const ruler = columns.map((_, i) => (isFigure(columns, rows, i) ? "---:" : "---"));
  return `### ${title}\n\n${note === undefined ? "" : `${note}\n\n`}${[line(columns), line(ruler), ...rows.map(line)].join("\n")}\n`;
}

/** Wider cells are sentences; padding every other cell to their length would only blow up the file. */
const WIDEST = 48;

/** Whether a column holds figures: they stand to the right. */
const isFigure = (columns: Table["columns"], rows: Table["rows"], i: number): boolean =>
  i > 0 && columns[i] !== "remark" && rows.every((row) => /^$|^[×–\d-]/.test(row[i] ?? ""));

/** Nanoseconds in the unit that leaves one to three digits before the point. */
export function duration(nanoseconds: number): string {
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    if (nanoseconds >= size) return `${digits(nanoseconds / size)} ${unit}`;
  }
  return `${digits(nanoseconds)} ns`;
}

export function bytes(count: number): string {
  if (count >= 1e9) return `${digits(count / 1e9)} GB`;
  if (count >= 1e6) return `${digits(count / 1e6)} MB`;
  if (count >= 1e4) return `${digits(count / 1e3)} KB`;
  return `${digits(count)} B`;
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? `×${value >= 1000 ? Math.round(value) : digits(value)}` : "";
}

function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(value >= 10 ? 3 : 2);
}
