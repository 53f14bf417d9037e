import { makeTable, type Table, tableFromArrays } from "apache-arrow";
import { configure } from "cachet";
import { arrowCodecs } from "cachet/codecs/arrow";
import { csvParse } from "d3-dsv";
import { connect } from "./connect-database.ts";
import { readText } from "./support/datasets.ts";
import type { Show } from "./support/example.ts";

// The data frames of Streamlit's guide as Arrow tables. The codecs are also the rule by which a table is an argument.
configure({ codecs: arrowCodecs });

/**
 * "Dataframe from CSV".
 * @cacheData
 */
export async function loadData(file: string): Promise<Table> {
  const rows = csvParse(await readText(file));
  const numbers = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  return makeTable({ latitude: numbers("latitude"), longitude: numbers("longitude") });
}

/**
 * "Dataframe transformation": takes two of the columns and sums them up.
 * @cacheData
 */
export function transform(table: Table): Table {
  const sum = (name: string) => [...(table.getChild(name) ?? [])].reduce<number>((total, each) => total + each, 0);
  return tableFromArrays({ one: [sum("one")], three: [sum("three")] });
}

/**
 * "Queries to a database".
 * @cacheData({ ttl: "10min" })
 */
export async function query(sql: string): Promise<Table> {
  const { rows } = await (await connect("memory://pets")).query<{ id: number; owner: string }>(sql);
  return tableFromArrays({ id: rows.map(({ id }) => id), owner: rows.map(({ owner }) => owner) });
}

/**
 * "Excluding input parameters": what only fetches is no part of the key.
 * @cacheData
 */
export async function fetchRows(_fetch: (count: number) => Promise<number[]>, count: number): Promise<Table> {
  return tableFromArrays({ row: await _fetch(count) });
}

/** "Mutations": writes where a careless page would, and tells what stood there. */
export function overwrite(table: Table): number {
  const latitudes = table.getChild("latitude")?.data[0]?.values as Float64Array;
  const [found = Number.NaN] = latitudes;
  latitudes[0] = 0;
  return found;
}

const numbers = (last = 9) => tableFromArrays({ one: [1, 2, 3], two: [4, 5, 6], three: [7, 8, last] });
const text = (table: Table): string => table.toArray().join();

export async function run(show: Show): Promise<void> {
  for (const visit of ["first visit", "second visit"])
    await show(`${visit}: overwrite(await loadData("airports.csv"))`, async () =>
      overwrite(await loadData("airports.csv")),
    );
  await show("transform(table)", () => text(transform(numbers())));
  await show("transform(equalTable)", () => text(transform(numbers())));
  await show("transform(changedTable)", () => text(transform(numbers(10))));
  await show("transform(transform(table))", () => text(transform(transform(numbers()))));
  const sql = "SELECT * FROM pets ORDER BY id";
  await show(`query("${sql}")`, async () => text(await query(sql)));
  await show(`query("${sql}")`, async () => text(await query(sql)));
  const rows = async (count: number) => Array.from({ length: count }, (_, i) => i);
  await show("fetchRows(fetch, 3)", async () => text(await fetchRows(rows, 3)));
  await show("fetchRows(otherFetch, 3)", async () => text(await fetchRows(async (count) => rows(count), 3)));
}
