import { readFile } from "node:fs/promises";
import { cached } from "cachet";
import { csvParse } from "d3-dsv";
import { dataFile } from "./data-file.ts";
import { delaysBy, tellDelays } from "./delays.ts";

/** What a request is answered with, as JSON. */
export interface Answer {
  status: number;
  body: unknown;
}

/** Answers the part of an address behind `/api`: `/delays/time`, `/weather/Seattle/2012-01-04`, `/clear`. */
export async function answer(path: string): Promise<Answer> {
  const [, name, ...rest] = decodeURIComponent(path).split("/");
  if (name === "delays" && (rest[0] === "time" || rest[0] === "distance"))
    return { status: 200, body: await tellDelays(rest[0]) };
  if (name === "weather") return weatherOf(rest[0], rest[1]);
  if (name === "clear") {
    await cached(delaysBy).clear();
    return { status: 200, body: {} };
  }
  return { status: 404, body: { error: `there is no api${path}` } };
}

async function weatherOf(city = "", date = ""): Promise<Answer> {
  const days = csvParse(await readFile(dataFile("weather.csv"), "utf8"));
  const day = days.find((row) => row["location"] === city && row["date"] === date);
  return day ? { status: 200, body: day } : { status: 404, body: { error: "no such day" } };
}
