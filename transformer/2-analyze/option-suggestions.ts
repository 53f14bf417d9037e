import type { OptionRow } from "../../runtime/options/option-row.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { editDistance } from "../syntax/edit-distance.ts";

const LONGEST = 2 * Math.max(...Object.keys(OPTIONS).map((name) => name.length));

/** The option that a misspelled name may mean. */
export function nearestOption(name: string): string | undefined {
  // To compare it takes as long as it is, and no slip makes a name of an option so long.
  if (name.length > LONGEST) return undefined;
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  const isClose = (known: string) =>
    known.toLowerCase() === name.toLowerCase() ||
    letters(known) === letters(name) ||
    editDistance(known.toLowerCase(), name.toLowerCase()) <= (known.length > 4 ? 2 : 1) ||
    (Math.abs(known.length - name.length) <= 2 &&
      (known.startsWith(name.slice(0, 4)) || known.endsWith(name.slice(-4))));
  return Object.keys(OPTIONS).find(isClose);
}

/** What somebody who wrote a wrong literal may have meant, as code: the first guess that the option takes. */
export function suggestValue(row: OptionRow, value: unknown): string | undefined {
  for (const guess of guesses(row, value)) {
    try {
      row.parse(guess);
    } catch {
      continue;
    }
    return typeof guess === "string" ? JSON.stringify(guess) : String(guess);
  }
  return undefined;
}

function* guesses({ parse }: OptionRow, value: unknown): Generator<string | number | boolean> {
  if (typeof value === "number") {
    // Half an entry is one; less than none stays wrong.
    if (value > 0) yield Math.max(1, Math.round(value));
    return;
  }
  if (typeof value !== "string") return;
  const text = value.trim();
  if (text === "true" || text === "yes" || text === "on") yield true;
  if (text === "false" || text === "no" || text === "off") yield false;
  if (/^\d+(\.\d+)?$/.test(text)) {
    yield `${text}s`;
    yield Number(text);
  }
  // "1M" and "1Min" mean minutes rather than nothing; months have no fixed length.
  if (/\d\s*M/.test(text)) yield text.replace(/(\d\s*)M/g, "$1m");
  for (const choice of parse.choices ?? [])
    if (choice.startsWith('"') && editDistance(choice.slice(1, -1), text.toLowerCase()) <= 2)
      yield JSON.parse(choice) as string;
}
