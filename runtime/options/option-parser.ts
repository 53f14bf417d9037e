import { InvalidOptionError } from "../errors.ts";

/**
 * Checks an option's value and gives it the form in which the runtime holds it. The build calls it with the literals of
 * a mark, the runtime with the values that only run time knows: one function, so that both agree.
 * @param functionName whose option it is, for the message; the build tells that by the place
 * @throws InvalidOptionError saying what was expected and what came
 */
export interface OptionParser<V> {
  (value: unknown, functionName?: string, option?: string): V;
  /** What it takes, to follow "expected": `a string or a number`. */
  readonly accepts: string;
  /** Where only a few values are valid: these, as they are written in code. */
  readonly choices?: readonly string[];
}

/** Refuses a value, with a note on why or what to write instead. */
export type Refuse = (note?: string) => never;

/**
 * Makes a parser. `read` gives back `undefined` for what is not valid.
 *
 * Mark each call as pure: bundlers then leave out the parsers of options that no mark of a program gives.
 */
export function optionParser<V>(
  accepts: string,
  read: (value: unknown, refuse: Refuse) => V | undefined,
  choices?: readonly string[],
): OptionParser<V> {
  const parse = (value: unknown, functionName?: string, option?: string): V => {
    const refuse: Refuse = (note) => {
      const where = functionName === undefined ? "" : `${functionName}(): invalid \`${option}\`: `;
      const more = note === undefined ? "" : ` (${note})`;
      throw new InvalidOptionError(`${where}expected ${accepts}, got ${shown(value)}${more}`);
    };
    return read(value, refuse) ?? refuse();
  };
  return Object.assign(parse, { accepts, ...(choices && { choices }) });
}

/** A value as an error message quotes it. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `\`${JSON.stringify(value)}\``;
  if (typeof value !== "object" || value === null) return `\`${String(value)}\``;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // It holds itself, or something that has no JSON.
  }
  return text === undefined || text.length > 60 ? "an object" : `\`${text}\``;
}
