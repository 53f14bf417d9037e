import { findHashChanges, type HashChange, type Side } from "../../transformer/reports/hash-diff.ts";
import type { Findings, Found } from "../project.ts";

/** How the cached functions of two states differ. */
export interface Difference {
  cold: { fn: Found; before: Found; changes: HashChange[] }[];
  /** The same code under another id: its entries stay behind. */
  moved: { fn: Found; before: Found }[];
  added: Found[];
  removed: Found[];
  kept: number;
}

/** How each state writes its paths. */
export interface Shorten {
  old: Side["shorten"];
  now: Side["shorten"];
}

export function compare(before: Findings, after: Findings, shorten: Shorten): Difference {
  const old = new Map(before.functions.map((fn) => [fn.id, fn]));
  const now = new Set(after.functions.map((fn) => fn.id));
  const removed = before.functions.filter((fn) => !now.has(fn.id));
  const difference: Difference = { cold: [], moved: [], added: [], removed, kept: 0 };
  for (const fn of after.functions) {
    const same = old.get(fn.id);
    if (!same) addNew(fn, difference);
    else if (same.hash === fn.hash) difference.kept++;
    else {
      const changes = findHashChanges({ fn: same, shorten: shorten.old }, { fn, shorten: shorten.now });
      difference.cold.push({ fn, before: same, changes });
    }
  }
  return difference;
}

function addNew(fn: Found, difference: Difference): void {
  const origin = difference.removed.find((gone) => gone.hash === fn.hash && gone.kind === fn.kind);
  if (!origin) {
    difference.added.push(fn);
    return;
  }
  difference.moved.push({ fn, before: origin });
  difference.removed = difference.removed.filter((gone) => gone !== origin);
}
