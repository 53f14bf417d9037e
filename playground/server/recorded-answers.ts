import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { csvParse } from "d3-dsv";

const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** Answers that a built site holds as files, for the examples that call an API: it has no server to compute them. */
export function recordedAnswers(): [path: string, body: unknown][] {
  const days = csvParse(readFileSync(join(data, "weather.csv"), "utf8"));
  const day = days.find(({ location, date }) => location === "Seattle" && date === "2012-01-04");
  return [["weather/Seattle/2012-01-04", day]];
}
