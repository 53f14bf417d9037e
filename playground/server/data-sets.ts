import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { dataFile } from "./data-file.ts";

/** The data files that pages read. The built site holds these and no others. */
const FILES = ["airports.csv", "flights-200k.arrow", "seattle-weather.csv", "stocks.csv", "weather.csv"];

/** Serves the data files of the npm package `vega-datasets` under `datasets/`, and copies them into a built site. */
export function dataSets(): Plugin {
  return {
    name: "playground:data-sets",
    configureServer({ middlewares }) {
      middlewares.use("/datasets", (request, response, next) => {
        const file = FILES.find((name) => request.url === `/${name}`);
        if (file === undefined) return next();
        response.setHeader("content-type", "application/octet-stream");
        response.end(readFileSync(dataFile(file)));
      });
    },
    generateBundle() {
      if (this.environment.name !== "client") return;
      for (const file of FILES)
        this.emitFile({ type: "asset", fileName: `datasets/${file}`, source: readFileSync(dataFile(file)) });
    },
  };
}
