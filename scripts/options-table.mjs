// Writes README's table of options from the option table: npm run readme. A test compares the two.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSource } from "./load-source.mjs";

/** @param {Record<string, import("../runtime/options/option-row.ts").OptionRow>} options */
export function optionsTable(options) {
  const rows = Object.entries(options).map(([name, { kinds, parse, summary }]) => {
    const ticks = ["data", "resource"].map((kind) => (kinds.includes(kind) ? "✓" : ""));
    return `| \`${name}\` | ${ticks.join(" | ")} | ${parse.accepts} | ${summary} |`;
  });
  return ["| option | data | resource | takes | meaning |", "| --- | :-: | :-: | --- | --- |", ...rows].join("\n");
}

/** The text between the markers, with what comes before and after. */
export function splitReadme(readme) {
  const [, before, table, after] =
    /^([\s\S]*<!-- options -->\n)([\s\S]*?)(\n<!-- \/options -->[\s\S]*)$/.exec(readme) ?? [];
  if (table === undefined) throw new Error("README.md: the markers around the table of options are missing");
  return { before, table, after };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL("../README.md", import.meta.url));
  const { OPTIONS } = await loadSource("runtime/options/option-table.ts");
  const { before, after } = splitReadme(readFileSync(path, "utf8"));
  writeFileSync(path, `${before}${optionsTable(OPTIONS)}${after}`);
}
