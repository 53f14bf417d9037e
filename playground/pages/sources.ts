const modules = import.meta.glob<string>(["./*.ts", "./support/*.ts", "../examples/*.ts", "../server/*.ts"], {
  query: "?raw",
  import: "default",
});

/** The sources of pages, examples and the server part as text, by their path in the playground's folder. */
export const sources: Readonly<Record<string, () => Promise<string>>> = Object.fromEntries(
  Object.entries(modules).map(([path, load]) => [path.replace("../", "").replace("./", "pages/"), load]),
);
