import { csvParse } from "d3-dsv";
import { readText } from "./support/datasets.ts";
import type { Show } from "./support/example.ts";

export type Row = Record<string, string>;

async function readRows(file: string): Promise<Row[]> {
  return csvParse(await readText(file)).map((row) => ({ ...row }));
}

/**
 * Every caller gets rows of its own and may do with them what it likes.
 * @cacheData
 */
export async function loadOwnRows(file: string): Promise<Row[]> {
  return readRows(file);
}

/**
 * Every caller gets the same rows: what one changes, all see.
 * @cacheResource
 */
export async function loadSharedRows(file: string): Promise<Row[]> {
  return readRows(file);
}

/** Removes a column in place, as a careless page would, and tells what columns it had found. */
export function dropColumn(rows: Row[], column: string): string[] {
  const found = Object.keys(rows[0] ?? {});
  for (const row of rows) delete row[column];
  return found;
}

export async function run(show: Show): Promise<void> {
  const file = "seattle-weather.csv";
  for (const visit of ["first visit", "second visit"]) {
    await show(`${visit}: columns of loadOwnRows(file)`, async () => dropColumn(await loadOwnRows(file), "wind"));
    await show(`${visit}: columns of loadSharedRows(file)`, async () => dropColumn(await loadSharedRows(file), "wind"));
  }
}
