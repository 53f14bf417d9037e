import { RULES } from "../transformer/option-table.ts";
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
  return Object.entries(RULES)
    .filter(([, { kinds }]) => kinds.includes(kind))
    .map(([name, { expects, check }]) => ({
      name,
      expects,
      values: [
        ...(/\btrue\b/.test(expects) ? ["true", "false"] : []),
        ...[...expects.matchAll(/"[^"]+"/g)].map(([value]) => value),
      ],
      takesFunction: check === undefined,
    }));
}
