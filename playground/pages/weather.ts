import { csvParse } from "d3-dsv";
import type { Page } from "../app/script/page.ts";
import { readText } from "../examples/support/datasets.ts";

const MEASURES = ["temp_max", "temp_min", "wind", "precipitation"] as const;
type Measure = (typeof MEASURES)[number];
type Day = { date: string; weather: string } & Record<Measure, number>;

/**
 * Kept in the browser's database too: a reload of the page finds it there.
 * @cacheData({ persist: true })
 */
async function loadDays(file: string): Promise<Day[]> {
  const rows = csvParse(await readText(file));
  return rows.map(({ date = "", weather = "", ...row }) => {
    const measures = MEASURES.map((name) => [name, Number(row[name])] as const);
    return { date, weather, ...(Object.fromEntries(measures) as Record<Measure, number>) };
  });
}

/**
 * The mean of the days around each day. All days are part of the key, by content.
 * @cacheData
 */
function smooth(values: number[], days: number): number[] {
  const half = Math.floor(days / 2);
  return values.map((_, i) => {
    const around = values.slice(Math.max(0, i - half), i + half + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}

export default (async (ui) => {
  ui.title("Weather in Seattle");
  const [left, right] = ui.columns(2);
  const measure = left?.select("Measure", MEASURES) ?? "temp_max";
  const around = right?.slider("Days to average", 1, 61, 15, { step: 2 }) ?? 1;
  const isRaw = ui.checkbox("Show single days too");

  const days = await loadDays("seattle-weather.csv");
  const values = days.map((day) => day[measure]);
  ui.lineChart({
    label: `${measure} from 2012 to 2015`,
    x: days.map(({ date }) => new Date(date)),
    lines: { ...(isRaw && { "each day": values }), [`mean of ${around} days`]: smooth(values, around) },
  });
  const [mean, most] = ui.columns(2);
  mean?.metric("Mean", values.reduce((sum, value) => sum + value, 0) / values.length, measure);
  most?.metric("Highest", Math.max(...values), measure);
  ui.table(days, "All days");
  ui.caption(
    "Reload the page: loadDays is a hit, from the browser's database. smooth runs again, it lives in memory only.",
  );
}) satisfies Page;
