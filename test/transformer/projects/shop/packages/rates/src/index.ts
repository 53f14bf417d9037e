import { table } from "./table";

export function rateOf(currency: string): number {
  return table[currency] ?? 1;
}
