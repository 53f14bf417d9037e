import type { Show } from "./support/example.ts";

export type Table = Record<string, number[]>;

/**
 * Selects columns and sums them. The table is an argument like any other: its content is the key, so an equal table
 * that was made elsewhere is the same call.
 * @cacheData
 */
export function sumColumns(table: Table, columns: string[]): Record<string, number> {
  const sums = columns.map((name) => [name, (table[name] ?? []).reduce((sum, value) => sum + value, 0)] as const);
  return Object.fromEntries(sums);
}

const makeTable = (): Table => ({ one: [1, 2, 3], two: [4, 5, 6], three: [7, 8, 9] });

export async function run(show: Show): Promise<void> {
  await show('sumColumns(table, ["one", "three"])', () => sumColumns(makeTable(), ["one", "three"]));
  await show('sumColumns(equalTable, ["one", "three"])', () => sumColumns(makeTable(), ["one", "three"]));
  await show('sumColumns(table, ["two"])', () => sumColumns(makeTable(), ["two"]));
  await show('sumColumns(changedTable, ["two"])', () => sumColumns({ ...makeTable(), two: [4, 5, 7] }, ["two"]));
}
