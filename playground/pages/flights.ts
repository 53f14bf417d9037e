import { tableFromIPC } from "apache-arrow";
import type { Page } from "../app/script/page.ts";
import { readBytes } from "../examples/support/datasets.ts";
import { meansByBin } from "./support/bins.ts";

/** Columns of 200,000 flights, as they lie in the file. */
interface Flights {
  delay: ArrayLike<number>;
  distance: ArrayLike<number>;
  time: ArrayLike<number>;
}

/**
 * One table for everybody: a resource is handed out as it is, not copied.
 * @cacheResource({ showSpinner: "Reading 200,000 flights…" })
 */
async function loadFlights(file: string): Promise<Flights> {
  const table = tableFromIPC(await readBytes(file));
  const column = (name: string): ArrayLike<number> => table.getChild(name)?.toArray() ?? [];
  return { delay: column("delay"), distance: column("distance"), time: column("time") };
}

/** @cacheData */
async function delays(file: string, by: "distance" | "time", width: number): Promise<(number | null)[]> {
  const flights = await loadFlights(file);
  return meansByBin(flights[by], flights.delay, width);
}

export default (async (ui) => {
  ui.title("Delays of 200,000 flights");
  const by = ui.select("By", ["time", "distance"]);
  const width =
    by === "time" ? ui.slider("Hours per bar", 1, 6, 1) : ui.slider("Miles per bar", 100, 1000, 500, { step: 100 });

  const means = await delays("flights-200k.arrow", by, width);
  ui.barChart({
    label: `Mean delay in minutes by ${by === "time" ? "hour of the day" : "miles flown"}`,
    x: means.map((_, bin) => bin * width),
    lines: { delay: means },
  });
  ui.table(
    means.map((mean, bin) => ({ from: bin * width, to: (bin + 1) * width, "mean delay": mean })),
    "Mean delays",
  );
  ui.caption(
    "Edit meansByBin in playground/pages/support/bins.ts while this is open: delays is computed anew, and the table " +
      "of flights stays the live object it is.",
  );
}) satisfies Page;
