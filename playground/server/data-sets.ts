import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** The data files that pages read. The built site holds these and no others. */
const FILES = ["airports.csv", "flights-200k.arrow", "seattle-weather.csv", "stocks.csv", "weather.csv"];

const folder = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** Serves the data files of the npm package `vega-datasets` under `datasets/`, and copies them into a built site. */
export function dataSets(): Plugin {
  return {
    name: "playground:data-sets",
    configureServer({ middlewares }) {
      middlewares.use("/datasets", (request, response, next) => {
        const file = FILES.find((name) => request.url === `/${name}`);
        if (file === undefined) return next();
        response.setHeader("content-type", "application/octet-stream");
        response.end(readFileSync(join(folder, file)));
      });
    },
    generateBundle() {
      if (this.environment.name !== "client") return;
      for (const file of FILES)
        this.emitFile({ type: "asset", fileName: `datasets/${file}`, source: readFileSync(join(folder, file)) });
    },
  };
}
