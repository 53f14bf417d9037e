import { Box, type Cell, type TextKind } from "./box.ts";
import { put } from "./current-run.ts";

// Each is an element: a cached function that calls one shows it again on every hit.

/** @cacheElement */
export function write(kind: TextKind, text: string, where?: Box): void {
  put({ kind, text }, where);
}

/** @cacheElement */
export function metric(label: string, value: string | number, note = "", where?: Box): void {
  put({ kind: "metric", label, value: typeof value === "number" ? readable(value) : value, note }, where);
}

/** @cacheElement */
export function table(rows: readonly Record<string, Cell>[], label = "Table", where?: Box): void {
  put({ kind: "table", rows, label }, where);
}

/** Lines or bars over `x`: numbers or dates. */
export interface ChartInput {
  label: string;
  x: readonly number[] | readonly Date[];
  lines: Readonly<Record<string, readonly (number | null)[]>>;
}

/** @cacheElement */
export function chart(shape: "line" | "bars", { label, x, lines }: ChartInput, where?: Box): void {
  put({ kind: "chart", shape, chart: { label, x: x.map(Number), isTime: x[0] instanceof Date, lines } }, where);
}

/**
 * A place of its own for what is shown in it; side by side with its siblings in `"columns"`.
 * @cacheElement
 */
export function open(kind: "container" | "columns", where?: Box): Box {
  const box = new Box();
  put({ kind, box }, where);
  return box;
}

const readable = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 2 });
