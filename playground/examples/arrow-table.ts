import { makeTable, type Table, tableFromIPC } from "apache-arrow";
import { configure } from "cachet";
import { arrowCodecs } from "cachet/codecs/arrow";
import { readBytes } from "./support/datasets.ts";
import type { Show } from "./support/example.ts";

// A table is an instance of a class, so the cache is told how it becomes bytes, how bytes become a table again, and what of it counts
// where it is an argument.
configure({ codecs: arrowCodecs });

/**
 * Loads a table of 200,000 flights. Each caller gets a table of its own.
 * @cacheData
 */
export async function loadFlights(file: string): Promise<Table> {
  return tableFromIPC(await readBytes(file));
}

/**
 * Average delay by distance, in steps of 500 miles. A table as an argument counts by its content.
 * @cacheData
 */
export function delayByDistance(flights: Table): Table {
  const sums: { total: number; count: number }[] = [];
  const delays = flights.getChild("delay");
  const distances = flights.getChild("distance");
  for (let row = 0; row < flights.numRows; row++) {
    const sum = (sums[Math.floor(Number(distances?.get(row)) / 500)] ??= { total: 0, count: 0 });
    sum.total += Number(delays?.get(row));
    sum.count++;
  }
  return makeTable({
    miles: Int32Array.from(sums, (_, step) => step * 500),
    delay: Float64Array.from(sums, (sum) => (sum ? sum.total / sum.count : Number.NaN)),
  });
}

export async function run(show: Show): Promise<void> {
  const rows = async () => (await loadFlights("flights-200k.arrow")).numRows;
  await show('(await loadFlights("flights-200k.arrow")).numRows', rows);
  await show('(await loadFlights("flights-200k.arrow")).numRows', rows);
  const flights = await loadFlights("flights-200k.arrow");
  const again = await loadFlights("flights-200k.arrow");
  await show("delayByDistance(flights).toArray()", () => delayByDistance(flights).toArray().map(String));
  await show("delayByDistance(equalFlights).toArray()", () => delayByDistance(again).toArray().map(String));
}
