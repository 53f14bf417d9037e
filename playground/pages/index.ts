import type { PageEntry } from "../app/catalog.ts";

/** The script pages, in the order of the list. */
export const pages: readonly PageEntry[] = [
  { id: "start", title: "Start", file: "pages/start.ts", load: async () => (await import("./start.ts")).default },
];
