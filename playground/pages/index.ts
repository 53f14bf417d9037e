import type { PageEntry } from "../app/catalog.ts";

/** The script pages, in the order of the list. */
export const pages: readonly PageEntry[] = [
  { id: "start", title: "Start", file: "pages/start.ts", load: async () => (await import("./start.ts")).default },
  {
    id: "weather",
    title: "Weather",
    file: "pages/weather.ts",
    load: async () => (await import("./weather.ts")).default,
  },
  {
    id: "flights",
    title: "Flights",
    file: "pages/flights.ts",
    load: async () => (await import("./flights.ts")).default,
  },
  { id: "stocks", title: "Stocks", file: "pages/stocks.ts", load: async () => (await import("./stocks.ts")).default },
  { id: "texts", title: "Texts", file: "pages/texts.ts", load: async () => (await import("./texts.ts")).default },
  { id: "report", title: "Report", file: "pages/report.ts", load: async () => (await import("./report.ts")).default },
  { id: "server", title: "Server", file: "pages/server.ts", load: async () => (await import("./server.ts")).default },
];
