import { csvParse } from "d3-dsv";
import type { Page } from "../app/script/page.ts";
import { readText } from "../examples/support/datasets.ts";

interface Prices {
  months: Date[];
  bySymbol: Map<string, number[]>;
}

/** @cacheData */
async function loadPrices(file: string): Promise<Prices> {
  const rows = csvParse(await readText(file));
  const bySymbol = new Map<string, number[]>();
  for (const { symbol = "", price } of rows) bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), Number(price)]);
  const months = [...new Set(rows.map(({ date = "" }) => date))].map((date) => new Date(date));
  return { months: months.sort((a, b) => a.getTime() - b.getTime()), bySymbol };
}

/**
 * What a hundred dollars became, for a symbol that was listed for `months` months at most.
 * @cacheData
 */
function growth(prices: number[], months: number): (number | null)[] {
  const first = prices[0] ?? 1;
  const missing = Array.from({ length: months - prices.length }, () => null);
  return [...missing, ...prices.map((price) => (100 * price) / first)];
}

export default (async (ui) => {
  ui.title("What a hundred dollars became");
  const { months, bySymbol } = await loadPrices("stocks.csv");
  const symbols = [...bySymbol.keys()];
  const boxes = ui.columns(symbols.length);
  const chosen = symbols.filter((symbol, i) => boxes[i]?.checkbox(symbol, i < 3));
  if (chosen.length === 0) {
    ui.warning("Choose at least one.");
    return;
  }
  const lines = chosen.map((symbol) => [symbol, growth(bySymbol.get(symbol) ?? [], months.length)] as const);
  ui.lineChart({ label: "Dollars, from 2000 to 2010", x: months, lines: Object.fromEntries(lines) });
  ui.success(`Each symbol is computed once, whichever others are shown beside it.`);
}) satisfies Page;
