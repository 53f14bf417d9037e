import { csvParse } from "d3-dsv";
import { readText } from "./datasets.ts";

/** A running server and how to end it. */
export interface WeatherServer {
  /** Where its API is: an address without a slash at its end. */
  url: string;
  /** Requests answered so far. */
  requests(): number;
  close(): Promise<void>;
}

/** Serves `/weather/<city>/<date>` from a data set on a free port of this machine: a stand-in for somebody's API. */
export async function startWeatherServer(): Promise<WeatherServer> {
  if (typeof document !== "undefined") return pageServer();
  const { createServer } = await import("node:http");
  const days = new Map(
    csvParse(await readText("weather.csv")).map((day) => [`${day["location"]}/${day["date"]}`, day]),
  );
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const day = days.get(decodeURIComponent(request.url ?? "").replace("/weather/", ""));
    response.writeHead(day ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(day ?? { error: "no such day" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    requests: () => requests,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
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
