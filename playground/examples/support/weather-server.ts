import { csvParse } from "d3-dsv";
import { readText } from "./datasets.ts";
import { type LocalServer, serveLocally } from "./local-server.ts";

/** It counts what it is asked. */
export interface WeatherServer extends LocalServer {
  /** Requests answered so far. */
  requests(): number;
}

/** Serves `/weather/<city>/<date>` from a data set. */
export async function startWeatherServer(): Promise<WeatherServer> {
  if (typeof document !== "undefined") return pageServer();
  const days = new Map(
    csvParse(await readText("weather.csv")).map((day) => [`${day["location"]}/${day["date"]}`, day]),
  );
  let requests = 0;
  const server = await serveLocally((request, response) => {
    requests++;
    const day = days.get(decodeURIComponent(request.url ?? "").replace("/weather/", ""));
    response.writeHead(day ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(day ?? { error: "no such day" }));
  });
  return { ...server, requests: () => requests };
}

/** A page can't serve. Its own server answers under `api`, and the browser counts what was asked. */
function pageServer(): WeatherServer {
  const url = new URL("api", document.baseURI).href;
  performance.clearResourceTimings();
  const isRequest = ({ name }: PerformanceEntry) => name.startsWith(`${url}/weather/`);
  return {
    url,
    requests: () => performance.getEntriesByType("resource").filter(isRequest).length,
    close: async () => {},
  };
}
