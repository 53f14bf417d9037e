import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** Where a file of the npm package `vega-datasets` lies. */
export const dataFile = (name: string): string => join(folder, name);
