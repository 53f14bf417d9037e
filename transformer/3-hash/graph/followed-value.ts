import type ts from "typescript";
import type { PatternsOf } from "./patterns-held.ts";

/**
 * What an event does to the value: change it for sure, at once or by code that is handed it and runs later; perhaps; or
 * not at all.
 */
export type Certainty = "certain" | "later" | "perhaps" | "none";

export const isSureChange = (certainty: Certainty): boolean => certainty === "certain" || certainty === "later";

/** The value that events are about. */
export interface Followable {
  patterns: PatternsOf;
  /** It is followed only where it goes for sure. */
  isSure?: boolean;
  /** The parameters and fields that it was followed into, with what is around it. */
  seen?: Seen | undefined;
  known?: KnownOfValue;
}

/** What was found of the functions that are handed one value, so that each is looked into once. */
export interface KnownOfValue {
  /** By function and place. */
  certainties: Map<ts.Node, Map<string, Certainty>>;
  /** The parameters and fields that nothing happens to, followed for sure or anywhere. */
  harmless: Record<"sure" | "any", Seen>;
}

export const nothingKnown = (): KnownOfValue => ({
  certainties: new Map(),
  harmless: { sure: new Map(), any: new Map() },
});

/** Parameters and fields, with how many objects are around the value there, and the member that has it. */
export type Seen = Map<ts.Node, Place[]>;

type Place = { held: number; as?: string | undefined };

/** What isn't followed that far has been looked into less. */
export const surely = ({ patterns, isSure, seen, known }: Followable): Followable => ({
  patterns,
  isSure: true,
  seen: isSure ? seen : undefined,
  ...(known && { known }),
});

/** Notes that the value was followed there; whether it had been before, with no more around it. */
export function wasSeen(seen: Seen, at: ts.Node, { held, as }: Place): boolean {
  if (isIn(seen, at, { held, as })) return true;
  note(seen, at, { held, as });
  return false;
}

export function note(seen: Seen, at: ts.Node, place: Place): void {
  seen.set(at, [...(seen.get(at) ?? []), place]);
}

export const harmlessOf = ({ known, isSure }: Followable): Seen | undefined => known?.harmless[isSure ? "sure" : "any"];

export const isIn = (seen: Seen, at: ts.Node, { held, as }: Place): boolean =>
  seen.get(at)?.some((one) => one.held <= held && (one.as === undefined || one.as === as)) ?? false;
