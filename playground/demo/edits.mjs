/** What is done to the program, one after the other, and which functions must run again because of it. */
export const edits = [
  {
    what: "nothing, only built again",
    runsAgain: [],
    apply: async () => {},
  },
  {
    what: "all files reformatted, commented, types renamed",
    runsAgain: [],
    apply: async (workspace) => {
      for (const file of ["airports.ts", "flights.ts", "reports.ts", "statistics.ts"])
        await workspace.edit(file, reformat);
    },
  },
  {
    what: "busiestRoutes: the order of routes",
    runsAgain: ["busiestRoutes"],
    apply: (workspace) =>
      workspace.edit("reports.ts", (text) => text.replace(/b\.flights(\s*-\s*)a\.flights/, "a.flights$1b.flights")),
  },
  {
    what: "the helper mean(), in another file",
    runsAgain: ["delayByState"],
    apply: (workspace) => workspace.edit("statistics.ts", (text) => text.replace("Math.round", "Math.floor")),
  },
  {
    what: "loadAirports, which delayByState calls",
    runsAgain: ["loadAirports", "delayByState"],
    apply: (workspace) => workspace.edit("airports.ts", (text) => text.replace(/row\[['"]city['"]\]/, "row['name']")),
  },
];

/** Another style throughout, a comment on top, and types by other names: everything a reader sees, nothing a machine does. */
async function reformat(text) {
  const { format } = await import("prettier");
  const commented = text.replaceAll(/\b(Airport|Flight|Route|StateDelay)\b(?!s)/g, "$1Row");
  return format(`// Reformatted.\n${commented}`, {
    parser: "typescript",
    printWidth: 40,
    tabWidth: 8,
    semi: false,
    singleQuote: true,
    trailingComma: "none",
    arrowParens: "avoid",
  });
}
