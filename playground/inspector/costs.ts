import type { InspectedFunction } from "cachet/inspect";

/** Before so many runs a program that has just started has only misses. */
const ENOUGH = 20;

/** Whether keeping the results of a function took longer than computing them, and than hits have saved. */
export function costsTooMuch({ costs, timeSaved }: Pick<InspectedFunction, "costs" | "timeSaved">): boolean {
  return costs !== undefined && costs.runs >= ENOUGH && costs.keeping > Math.max(costs.computing, timeSaved);
}
