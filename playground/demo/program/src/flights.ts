import { readFile } from "node:fs/promises";
import { runs } from "./runs.ts";

export interface Flight {
  date: string;
  delay: number;
  distance: number;
  origin: string;
  destination: string;
}

/** @cacheData */
export async function loadFlights(file: string): Promise<Flight[]> {
  runs.note("loadFlights");
  const flights: Flight[] = JSON.parse(await readFile(file, "utf8"));
  return flights.filter((flight) => Number.isFinite(flight.delay));
}
