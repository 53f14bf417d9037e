import { dirname } from "node:path";
import { createPathsMatcher, getTsconfig } from "get-tsconfig";

type Match = (specifier: string) => string[];

/** By directory, for as long as the process runs: tools read tsconfig.json once, too. */
const matchers = new Map<string, Match>();
const files = new Map();

/** The absolute paths that `paths` of the nearest tsconfig.json gives for an import, in its order. */
export function pathsOf(importer: string, specifier: string): string[] {
  const directory = dirname(importer);
  const match = matchers.get(directory) ?? matcherFor(directory);
  matchers.set(directory, match);
  return match(specifier);
}

function matcherFor(directory: string): Match {
  try {
    const found = getTsconfig(directory, "tsconfig.json", files);
    return (found && createPathsMatcher(found)) ?? (() => []);
  } catch {
    // The tool that compiles says what is wrong with it.
    return () => [];
  }
}
