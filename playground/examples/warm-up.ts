import { cached, warm } from "cachet";
import type { Show } from "./support/example.ts";

/** The products that most visitors look at. */
const POPULAR = ["chair", "table", "lamp"];

/**
 * A page that takes long to put together.
 * @cacheData({ ttl: "1h" })
 */
export async function productPage(product: string): Promise<string> {
  if (product === "unicorn") throw new Error("no such product");
  return `<h1>${product}</h1>`;
}

export async function run(show: Show): Promise<void> {
  await show("warm(productPage, …) before the server takes requests", () =>
    warm(
      productPage,
      [...POPULAR, "unicorn"].map((product) => [product] as [string]),
      { concurrency: 2 },
    ).then(({ warmed, failed }) => ({ warmed, failed: failed.map(({ args }) => args[0]) })),
  );
  for (const product of POPULAR) await show(`productPage("${product}")`, () => productPage(product));
  await show("cached(productPage).stats().hits", () => cached(productPage).stats().hits > 0);
}
