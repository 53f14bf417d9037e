import { readFile } from "node:fs/promises";
import { csvParse } from "d3-dsv";
import { runs } from "./runs.ts";

export interface Airport {
  code: string;
  city: string;
  state: string;
}

/** @cacheData */
export async function loadAirports(file: string): Promise<Airport[]> {
  runs.note("loadAirports");
  const rows = csvParse(await readFile(file, "utf8"));
  return rows.map((row) => ({ code: row["iata"] ?? "", city: row["city"] ?? "", state: row["state"] ?? "" }));
}
