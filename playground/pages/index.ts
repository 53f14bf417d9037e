import type { PageEntry } from "../app/catalog.ts";

/** The script pages, in the order of the list. */
export const pages: readonly PageEntry[] = [
  { id: "start", title: "Start", files: ["pages/start.ts"], load: async () => (await import("./start.ts")).default },
  {
    id: "weather",
    title: "Weather",
    files: ["pages/weather.ts"],
    load: async () => (await import("./weather.ts")).default,
  },
  {
    id: "flights",
    title: "Flights",
    files: ["pages/flights.ts", "pages/support/bins.ts"],
    load: async () => (await import("./flights.ts")).default,
  },
  {
    id: "stocks",
    title: "Stocks",
    files: ["pages/stocks.ts"],
    load: async () => (await import("./stocks.ts")).default,
  },
  {
    id: "texts",
    title: "Texts",
    files: ["pages/texts.ts", "examples/load-model.ts"],
    load: async () => (await import("./texts.ts")).default,
  },
  {
    id: "report",
    title: "Report",
    files: ["pages/report.ts", "examples/load-csv.ts"],
    load: async () => (await import("./report.ts")).default,
  },
  {
    id: "slow-source",
    title: "Slow source",
    files: ["pages/slow-source.ts", "pages/support/slow-source.ts", "pages/support/clock.ts"],
    load: async () => (await import("./slow-source.ts")).default,
  },
  {
    id: "shop",
    title: "Shop",
    files: ["pages/shop.ts", "examples/shop.ts"],
    load: async () => (await import("./shop.ts")).default,
  },
  {
    id: "per-user",
    title: "Per user",
    files: ["pages/per-user.ts"],
    load: async () => (await import("./per-user.ts")).default,
  },
  {
    id: "server",
    title: "Server",
    files: ["pages/server.ts", "server/delays.ts", "server/api.ts"],
    load: async () => (await import("./server.ts")).default,
  },
];
