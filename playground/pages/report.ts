import { cached } from "cachet";
import type { Page } from "../app/script/page.ts";
import { ui as shown } from "../app/script/ui.ts";
import { loadAirports } from "../examples/load-csv.ts";

/**
 * Shows things and reads a widget. A hit shows them again without running, and the widget's value is part of the key:
 * move the slider to where it was, and its report is at hand.
 * @cacheData({ allowWidgets: true, showSpinner: "Writing the report…" })
 */
async function report(state: string): Promise<number> {
  const airports = await loadAirports("airports.csv");
  const found = airports.filter((airport) => airport.state === state);
  shown.header(`Airports of ${state}`);
  const [count, north] = shown.columns(2);
  count?.metric("Airports", found.length, `of ${airports.length.toLocaleString("en")} in the country`);
  const northernmost = found.toSorted((a, b) => b.latitude - a.latitude);
  north?.metric("Northernmost", northernmost[0]?.city ?? "none", `${northernmost[0]?.latitude.toFixed(1)}° north`);
  const rows = shown.slider("Airports to list, from the north", 5, 50, 10, { step: 5 });
  shown.table(
    northernmost.slice(0, rows).map((airport) => ({ ...airport })),
    `Airports of ${state}`,
  );
  return found.length;
}

export default (async (ui) => {
  ui.title("A report that shows itself again");
  ui.text("The whole part below is shown by one cached function, its slider included.");
  const state = ui.select("State", ["AK", "CA", "TX", "WA", "HI"]);
  if (ui.button("Clear reports")) cached(report).clear();
  const count = await report(state);
  ui.success(`${count} airports`);
}) satisfies Page;
