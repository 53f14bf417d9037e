import { editDistance } from "../transformer/syntax/edit-distance.ts";

/** The known names that `name` may have been meant to be: the three nearest at most. */
function findNearest(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  const allowed = Math.max(2, Math.floor(wanted.length / 3));
  const measured = known.map((candidate) => ({ candidate, distance: distanceTo(wanted, candidate.toLowerCase()) }));
  const least = Math.min(allowed, ...measured.map(({ distance }) => distance));
  return measured
    .filter(({ distance }) => distance === least)
    .map(({ candidate }) => candidate)
    .sort((one, other) => one.localeCompare(other))
    .slice(0, 3);
}

/** Edit distance; a part of the other name counts as near, and so do swapped letters. */
function distanceTo(wanted: string, candidate: string): number {
  if (wanted.length > 2 && (candidate.includes(wanted) || wanted.includes(candidate))) return 1;
  const letters = (name: string) => [...name].sort().join("");
  if (letters(wanted) === letters(candidate)) return 1;
  return editDistance(wanted, candidate);
}

/** ` Did you mean 'a' or 'b'?`, or nothing. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const near = findNearest(name, known).map((candidate) => `'${candidate}'`);
  return near.length > 0 ? `Did you mean ${near.join(" or ")}?` : undefined;
}
