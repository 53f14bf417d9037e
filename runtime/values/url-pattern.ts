import type { AnyCodec } from "../codec/codec-types.ts";
import { platformProperty } from "./intrinsics.ts";

/** Not every platform has it yet, and not every compiler's library declares it. */
interface Pattern {
  test(input: Components): boolean;
}
type Components = Record<string, string>;
type PatternClass = new (components: Components, options?: { ignoreCase: boolean }) => Pattern;

const COMPONENTS = "protocol username password hostname port pathname search hash".split(" ");
/** Those that letters of the other case match where the pattern ignores case. */
const CASED = ["pathname", "search", "hash"];

const patternClass = (): PatternClass | undefined =>
  (globalThis as unknown as { URLPattern?: PatternClass }).URLPattern;

/** What a `URLPattern` is made of. */
function encodePattern(pattern: object): [Components, ignoresCase: boolean] {
  const components = Object.fromEntries(COMPONENTS.map((name) => [name, platformProperty(pattern, name)]));
  return [components, ignoresCase(pattern as Pattern, components)];
}

const decodePattern = ([components, ignoreCase]: [Components, boolean]): object =>
  new (patternClass() as PatternClass)(components, { ignoreCase });

/** What the groups of a pattern that are regular expressions are tried with. */
const GROUP_SAMPLES = ["1", "a", "x1", ""];

/** A pattern doesn't say whether it ignores case, so it is asked about a text that matches in the other case only if it does. */
function ignoresCase(pattern: Pattern, components: Components): boolean {
  const [strict, loose] = [false, true].map((ignoreCase) => decodePattern([components, ignoreCase]) as Pattern);
  for (const group of GROUP_SAMPLES) {
    const sample = Object.fromEntries(
      COMPONENTS.map((name) => [name, sampleOf(components[name] as string, CASED.includes(name), group)]),
    );
    if (strict?.test(sample) !== loose?.test(sample)) return pattern.test(sample);
  }
  if (!CASED.some((name) => hasLetters(components[name] as string))) return false;
  throw new TypeError("whether this URLPattern ignores case can't be told: pass its parts instead of it");
}

/** A text that a component may match. */
const sampleOf = (component: string, inOtherCase: boolean, group: string): string =>
  component.replace(
    /\\(.)|(?::[\w$]+)?\((?:\\.|[^\\()])*\)[?+*]?|:[\w$]+[?+*]?|\*[?+*]?|\}[?+*]?|\{|([^\\:*{}()])/gu,
    (part, escaped?: string, plain?: string) => {
      const letter = escaped ?? plain;
      if (letter === undefined) return part.includes("(") ? group : part.startsWith(":") ? "x" : "";
      return inOtherCase ? otherCase(letter) : letter;
    },
  );

const otherCase = (letter: string): string =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();

/** Whether a component has letters that aren't a group's name or a class of characters such as `\d` in a group. */
const hasLetters = (component: string): boolean =>
  /\p{L}/u.test(
    component.replace(/:[\w$]+/g, "").replace(/\((?:\\.|[^\\()])*\)/g, (group) => group.replace(/\\[dws]/gi, "")),
  );

/** Functions that may give or be given a `URLPattern`. */
export const urlPatterns = {
  name: "URLPattern",
  // A polyfill may come after the runtime.
  get class() {
    return patternClass() ?? class {};
  },
  encode: encodePattern,
  decode: decodePattern,
} as unknown as AnyCodec;
