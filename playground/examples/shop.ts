import { PGlite } from "@electric-sql/pglite";
import { cacheTag } from "cachet";
import type { Show } from "./support/example.ts";

export interface Product {
  id: number;
  name: string;
  category: string;
  price: number;
}

/** @cacheResource({ showSpinner: "Opening the shop…", onRelease: (db) => db.close() }) */
async function openShop(): Promise<PGlite> {
  const db = await PGlite.create("memory://shop");
  await db.exec(`
    CREATE TABLE products (id serial PRIMARY KEY, name text, category text, price int CHECK (price > 0));
    INSERT INTO products (name, category, price)
      VALUES ('chair', 'seats', 40), ('bench', 'seats', 90), ('lamp', 'lights', 25);
  `);
  return db;
}

async function query<T>(sql: string, parameters: unknown[]): Promise<T[]> {
  const db = await openShop();
  return (await db.query<T>(sql, parameters)).rows;
}

/** @cacheData({ tags: (id) => `product:${id}` }) */
export async function product(id: number): Promise<Product | undefined> {
  const [found] = await query<Product>("SELECT * FROM products WHERE id = $1", [id]);
  return found;
}

/**
 * Has the tags of the products that it calls for, besides its own.
 * @cacheData({ tags: (name) => `category:${name}` })
 */
export async function categoryPage(name: string): Promise<string> {
  const rows = await query<{ id: number }>("SELECT id FROM products WHERE category = $1 ORDER BY id", [name]);
  const products = await Promise.all(rows.map(({ id }) => product(id)));
  return products.map((found) => `${found?.name} ${found?.price}`).join(", ");
}

/**
 * Says in its body what it depends on: nobody knows before.
 * @cacheData
 */
export async function cheapest(): Promise<string> {
  const [found] = await query<Product>("SELECT * FROM products ORDER BY price LIMIT 1", []);
  if (found === undefined) return "nothing";
  cacheTag(`product:${found.id}`);
  return `${found.name} ${found.price}`;
}

/**
 * Whoever shows this product shows the new price once this has resolved. If the database refuses it, nothing is cleared.
 * @cacheClears({ functions: [cheapest], tags: (id) => `product:${id}` })
 */
export async function setPrice(id: number, price: number): Promise<void> {
  await query("UPDATE products SET price = $2 WHERE id = $1", [id, price]);
}

/** @cacheClears({ functions: [cheapest], tags: (_name, category) => `category:${category}` }) */
export async function addProduct(name: string, category: string, price: number): Promise<void> {
  await query("INSERT INTO products (name, category, price) VALUES ($1, $2, $3)", [name, category, price]);
}

export async function run(show: Show): Promise<void> {
  const look = async () => {
    await show('categoryPage("seats")', () => categoryPage("seats"));
    await show('categoryPage("lights")', () => categoryPage("lights"));
    await show("cheapest()", () => cheapest());
  };
  await look();
  await show("setPrice(1, 45)", () => setPrice(1, 45));
  await look();
  await show('addProduct("stool", "seats", 20)', () => addProduct("stool", "seats", 20));
  await look();
  await show("setPrice(3, -1)", () => setPrice(3, -1).catch((error: Error) => error.message));
  await look();
}
