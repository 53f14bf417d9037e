import { csvParse } from "d3-dsv";
import { readText } from "./support/datasets.ts";
import type { Show } from "./support/example.ts";

export interface Airport {
  code: string;
  city: string;
  state: string;
  latitude: number;
  longitude: number;
}

/**
 * Reads and parses a file once. Every caller gets rows of its own.
 * @cacheData
 */
export async function loadAirports(file: string): Promise<Airport[]> {
  const rows = csvParse(await readText(file));
  return rows.map((row) => ({
    code: row["iata"] ?? "",
    city: row["city"] ?? "",
    state: row["state"] ?? "",
    latitude: Number(row["latitude"]),
    longitude: Number(row["longitude"]),
  }));
}

export async function run(show: Show): Promise<void> {
  await show('loadAirports("airports.csv")', () => loadAirports("airports.csv"));
  await show('loadAirports("airports.csv")', () => loadAirports("airports.csv"));
}
