import { observed, subscribe } from "cachet";
import type { Page } from "../app/script/page.ts";
import { categoryPage, cheapest, product, setPrice } from "../examples/shop.ts";

/** What the shop shows, each with the cached function that it comes from. */
const VIEWS = [
  { view: "the chair", call: "product(1)", look: async () => priceOf(await product(1)) },
  { view: "the lamp", call: "product(3)", look: async () => priceOf(await product(3)) },
  { view: "all seats", call: 'categoryPage("seats")', look: () => categoryPage("seats") },
  { view: "all lights", call: 'categoryPage("lights")', look: () => categoryPage("lights") },
  { view: "the cheapest", call: "cheapest()", look: () => cheapest() },
];

const priceOf = (found: { name: string; price: number } | undefined) => `${found?.name} ${found?.price}`;

/** How many entries the change has cleared: whoever made them, and whatever they depend on. */
async function countCleared(change: () => Promise<void>): Promise<number> {
  let cleared = 0;
  const stop = subscribe((event) => {
    if (event.type === "clear") cleared++;
  });
  try {
    await change();
    return cleared;
  } finally {
    stop();
  }
}

export default (async (ui) => {
  ui.title("A shop whose prices change");
  ui.text(
    "The products are rows of a Postgres database in this page. setPrice is marked @cacheClears: it clears what " +
      "shows the product, and nothing else.",
  );
  const [which, how] = ui.columns(2);
  const name = which?.select("Product", ["chair", "bench", "lamp"]) ?? "chair";
  const price = how?.slider("New price", 0, 100, 50, { step: 5 }) ?? 50;
  const id = ["chair", "bench", "lamp"].indexOf(name) + 1;
  if (ui.button("Set the price")) await set(id, price);

  const rows = [];
  for (const { view, call, look } of VIEWS) {
    const { value, status } = await observed(look);
    rows.push({ shows: view, now: value, answer: status === "hit" ? "cached" : "ran", call });
  }
  ui.table(rows, "What the shop shows");
  ui.caption(
    "A category page has the tags of the products that it lists, since it calls product for each. A price of 0 is " +
      "refused by the database: the call fails, and nothing is cleared. The inspector lists the entries.",
  );

  async function set(id: number, price: number): Promise<void> {
    try {
      ui.success(`Set to ${price}. Cleared: ${await countCleared(() => setPrice(id, price))} entries.`);
    } catch (error) {
      ui.warning(`Nothing was cleared: ${(error as Error).message}`);
    }
  }
}) satisfies Page;
