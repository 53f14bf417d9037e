import type { PageEntry } from "../app/catalog.ts";

const entry = (id: string, title: string, ...beside: string[]): PageEntry => ({
  id,
  title,
  files: [`pages/${id}.ts`, ...beside],
  // The folder is said, or bundlers refuse to look through it.
  load: async () => (await import(`../pages/${id}.ts`)).default,
});

/** The script pages, in the order of the list. */
export const pages: readonly PageEntry[] = [
  entry("start", "Start"),
  entry("weather", "Weather"),
  entry("flights", "Flights", "pages/support/bins.ts"),
  entry("stocks", "Stocks"),
  entry("texts", "Texts", "examples/load-model.ts"),
  entry("report", "Report", "examples/load-csv.ts"),
  entry("slow-source", "Slow source", "examples/slow-api.ts", "examples/support/clock.ts"),
  entry("shop", "Shop", "examples/shop.ts"),
  entry("per-user", "Per user", "examples/per-user.ts"),
  entry("server", "Server", "server/delays.ts", "server/api.ts"),
];
