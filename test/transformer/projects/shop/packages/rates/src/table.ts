export const table: Record<string, number> = {};

table["EUR"] = 1;
table["GBP"] = 0.85;
