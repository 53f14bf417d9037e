import type { OptionRow } from "../runtime/options/option-row.ts";
import { OPTIONS } from "../runtime/options/option-table.ts";
import type { Kind } from "../transformer/types.ts";

/** An option as an editor shows it. */
export interface ShownOption {
  name: string;
  /** What it takes, in words. */
  expects: string;
  /** Values that can be offered, as they are written. */
  values: string[];
  takesFunction: boolean;
}

/** The options of a kind of mark, from the one table of options. */
export function optionsOf(kind: Kind): ShownOption[] {
  return (Object.entries(OPTIONS) as [string, OptionRow][])
    .filter(([, { kinds }]) => (kinds as readonly Kind[]).includes(kind))
    .map(([name, row]) => ({
      name,
      expects: row.parse.accepts,
      values: [...new Set([...(row.parse.choices ?? []), ...(row.parse.accepts.match(/"[^"]+"/g) ?? [])])],
      takesFunction: row.at === "run" || ("takesFunction" in row && row.takesFunction === true),
    }));
}
