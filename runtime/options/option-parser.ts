import { InvalidOptionError, messageOf } from "../errors.ts";

/**
 * Checks an option's value and gives it the form in which the runtime holds it. The build calls it with the literals of
 * a mark, the runtime with the values that only run time knows: one function, so that both agree.
 * @param functionName whose option it is, for the message; the build tells that by the place
 * @throws InvalidOptionError saying what was expected and what came
 */
export interface OptionParser<V> {
  (value: unknown, functionName?: string, option?: string, beside?: OptionsBeside): V;
  /** What it takes, to follow "expected": `a string or a number`. */
  readonly accepts: string;
  /** Where only a few values are valid: these, as they are written in code. */
  readonly choices?: readonly string[];
}

/** All that run time is given with an option, some of it not parsed yet. */
type OptionsBeside = Readonly<Partial<Record<string, unknown>>>;

/** Refuses a value, with a note on why or what to write instead. */
export type Refuse = (note?: string) => never;

/** How classes, generator functions and such methods are written. */
const NO_ANSWER = /^(?:class\b|(?:async\s+)?(?:function\s*)?\*)/;

/** True for a function that no call gets an answer from. */
export const givesNoAnswer = (value: unknown): boolean =>
  typeof value === "function" && NO_ANSWER.test(Function.prototype.toString.call(value));

/**
 * Makes a parser. `take` gives back `undefined` for what is not valid.
 *
 * Mark each call as pure: bundlers then leave out the parsers of options that no mark of a program gives.
 */
export function optionParser<V>(
  accepts: string,
  take: (value: unknown, refuse: Refuse, beside?: OptionsBeside) => V | undefined,
  choices?: readonly string[],
): OptionParser<V> {
  const parse = (value: unknown, functionName?: string, option?: string, beside?: OptionsBeside): V => {
    const refuse: Refuse = (note) => {
      const where = functionName === undefined ? "" : `${functionName}(): invalid \`${option}\`: `;
      const more = note === undefined ? "" : ` (${note})`;
      throw new InvalidOptionError(`${where}expected ${accepts}, got ${shown(value)}${more}`);
    };
    if (givesNoAnswer(value)) refuse("a class or a generator gives no answer to a call");
    let read: V | undefined;
    try {
      read = take(value, refuse, beside);
    } catch (error) {
      if (error instanceof InvalidOptionError) throw error;
      // A proxy, or a getter.
      refuse(`it can't be read: ${messageOf(error)}`);
    }
    return read ?? refuse();
  };
  return Object.assign(parse, { accepts, ...(choices && { choices }) });
}

/** A value as an error message quotes it. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `\`${JSON.stringify(value)}\``;
  if (typeof value !== "object" || value === null) return `\`${String(value)}${typeof value === "bigint" ? "n" : ""}\``;
  let text: string | undefined;
  try {
    // What JSON makes of a Map or a Date looks like another value.
    const type = Object.prototype.toString.call(value).slice(8, -1);
    if (type !== "Object" && type !== "Array") return `a value of type ${type}`;
    text = JSON.stringify(value);
  } catch {
    // It holds itself, or something that has no JSON.
  }
  return text === undefined || text.length > 60 ? "an object" : `\`${text}\``;
}
