import { readFile } from "node:fs/promises";
import { tableFromIPC } from "apache-arrow";
import { subscribe } from "cachet";
import { meansByBin } from "../pages/support/bins.ts";
import { dataFile } from "./data-file.ts";

export interface Delay {
  bin: number;
  mean: number | null;
}

/** What the page is told: the delays, and where they came from. */
export interface DelaysAnswer {
  from: "run" | "store" | "memory" | "record";
  milliseconds: number;
  delays: Delay[];
}

const WIDTHS = { time: 1, distance: 500 };

/**
 * Kept on disk: the next start of the server finds it there.
 * @cacheData({ persist: true })
 */
export async function delaysBy(column: "time" | "distance"): Promise<Delay[]> {
  const flights = tableFromIPC(await readFile(dataFile("flights-200k.arrow")));
  const values = (name: string): ArrayLike<number> => flights.getChild(name)?.toArray() ?? [];
  const width = WIDTHS[column];
  return meansByBin(values(column), values("delay"), width).map((mean, bin) => ({ bin: bin * width, mean }));
}

/** Calls the function and watches where its result comes from. */
export async function tellDelays(column: "time" | "distance"): Promise<DelaysAnswer> {
  let from: DelaysAnswer["from"] = "record";
  const stop = subscribe((event) => {
    if (event.name !== "delaysBy") return;
    if (event.type === "miss") from = "run";
    if (event.type === "hit") from = event.from === "store" ? "store" : "memory";
  });
  const started = performance.now();
  try {
    const delays = await delaysBy(column);
    return { from, milliseconds: performance.now() - started, delays };
  } finally {
    stop();
  }
}
