import { featureOf, state } from "../registry.ts";
import type { EntryKey, HashRules, KeyLabels, Keys } from "./entry-key.ts";

/**
 * False in a page all of whose functions declare nothing but primitives as parameters: it is not made to load what reads any value.
 * A call that brings another value than declared is not cached then, and one warning says so.
 */
function canRead(id: string, name: string): boolean {
  if (state.features.argumentTrie !== undefined) return true;
  const { warned, settings } = state;
  if (warned.has(`${id}:parts`)) return false;
  warned.add(`${id}:parts`);
  settings.onWarning(`cachet: ${name}() declares primitives as parameters and is not cached for what else it is given`);
  return false;
}

/** The key of a call whose key parts are not a few primitives. */
function keyOf(parts: readonly unknown[], labels: KeyLabels, rules: HashRules | undefined): EntryKey {
  return rules === undefined ? featureOf("argumentTrie", labels.name).keyOf(parts, labels) : rules.keyOf(parts, labels);
}

/** A primitive as the encoding writes it where it digests nothing. */
export function primitiveText(part: unknown): string {
  switch (typeof part) {
    case "string":
      return `s${part.length}:${part}`;
    case "number":
      return `n${part};`;
    case "bigint":
      return `i${part};`;
    case "boolean":
      return part ? "t" : "f";
    default:
      return part === null ? "N" : "u";
  }
}

/** A key as text, whichever way it is looked up. Primitives stand for themselves, wherever they are in a call. */
export function textOf(key: EntryKey): string {
  if (typeof key === "string") return key;
  const write = state.features.argumentTrie?.textOf ?? primitiveText;
  return key.map((part) => (typeof part === "symbol" ? (part.description ?? "") : write(part))).join("");
}

/** For functions with key parts. */
export const keys: Keys = { canRead, keyOf, textOf };
