export * from "./currency";
export type { Product } from "./types";
import type { Product } from "./types";

export const products: Product[] = [
  { id: "tea", price: 3 },
  { id: "cake", price: 4.5 },
];
