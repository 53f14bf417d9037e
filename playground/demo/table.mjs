/**
 * Lines of a table with aligned columns: text to the left, figures to the right.
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 * @returns {string}
 */
export function table(head, rows) {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)));
  const widths = head.map((title, i) => Math.max(title.length, ...texts.map((row) => row[i].length)));
  const isFigure = head.map((_, i) => rows.every((row) => typeof row[i] === "number" || / ms$/.test(row[i])));
  const line = (cells) =>
    `  ${cells.map((cell, i) => (isFigure[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("   ")}`.trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...texts.map(line)].join("\n");
}

/** A time people can compare: `12 ms`, `0.4 ms`. */
export const milliseconds = (time) => `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;
