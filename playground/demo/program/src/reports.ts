import { loadAirports } from "./airports.ts";
import { loadFlights } from "./flights.ts";
import { runs } from "./runs.ts";
import { group, mean } from "./statistics.ts";

export interface StateDelay {
  state: string;
  flights: number;
  /** Minutes. */
  delay: number;
}

/**
 * Joins flights with the airports they left from: average delay by state, worst first.
 * @cacheData({ ttl: "1h" })
 */
export async function delayByState(flightsFile: string, airportsFile: string): Promise<StateDelay[]> {
  runs.note("delayByState");
  const airports = await loadAirports(airportsFile);
  const stateOf = new Map(airports.map((airport) => [airport.code, airport.state]));
  const flights = await loadFlights(flightsFile);
  const byState = group(flights, (flight) => stateOf.get(flight.origin) ?? "unknown");
  return [...byState]
    .map(([state, group]) => ({ state, flights: group.length, delay: mean(group.map((flight) => flight.delay)) }))
    .sort((a, b) => b.delay - a.delay);
}

export interface Route {
  route: string;
  flights: number;
}

/** @cacheData({ maxEntries: 10 }) */
export async function busiestRoutes(flightsFile: string, count: number): Promise<Route[]> {
  runs.note("busiestRoutes");
  const routes = group(await loadFlights(flightsFile), (flight) => `${flight.origin}–${flight.destination}`);
  const counted = [...routes].map(([route, flights]) => ({ route, flights: flights.length }));
  return counted.sort((a, b) => b.flights - a.flights).slice(0, count);
}
