import { cached } from "cachet";
import { loadAirports } from "./airports.ts";
import { loadFlights } from "./flights.ts";
import { busiestRoutes, delayByState } from "./reports.ts";
import { runs } from "./runs.ts";

/** One cached function of this program, ready to be called on the data in a folder. */
export interface Subject {
  name: string;
  call(folder: string): Promise<readonly unknown[]>;
  runs(): number;
  hits(): number;
  codeHash: string;
}

const flights = (folder: string) => `${folder}/flights-20k.json`;
const airports = (folder: string) => `${folder}/airports.csv`;

export const subjects: Subject[] = [
  { ...about("loadFlights", loadFlights), call: (folder) => loadFlights(flights(folder)) },
  { ...about("loadAirports", loadAirports), call: (folder) => loadAirports(airports(folder)) },
  { ...about("delayByState", delayByState), call: (folder) => delayByState(flights(folder), airports(folder)) },
  { ...about("busiestRoutes", busiestRoutes), call: (folder) => busiestRoutes(flights(folder), 5) },
];

/** Names are given by hand: a minifier changes those of functions. */
function about(name: string, fn: (...args: never[]) => unknown): Omit<Subject, "call"> {
  return { name, runs: () => runs.of(name), hits: () => cached(fn).stats().hits, codeHash: cached(fn).codeHash };
}
