/** The sources of pages, examples and the server part as text, by their path from this folder. */
export const sources = import.meta.glob<string>(["./*.ts", "../examples/*.ts", "../server/*.ts"], {
  query: "?raw",
  import: "default",
});
