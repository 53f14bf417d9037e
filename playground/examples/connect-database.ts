import { PGlite } from "@electric-sql/pglite";
import type { Show } from "./support/example.ts";

/**
 * Opens a database once. Every caller shares this one connection; it is closed when it leaves the cache.
 * @cacheResource({ showSpinner: "Connecting…", onRelease: (db) => db.close() })
 */
export async function connect(address: string): Promise<PGlite> {
  const db = await PGlite.create(address);
  await db.exec(`
    CREATE TABLE pets (id serial PRIMARY KEY, owner text, pet text);
    INSERT INTO pets (owner, pet) VALUES ('Robert', 'dog'), ('Cosette', 'cat'), ('Alice', 'bird');
  `);
  return db;
}

export async function run(show: Show): Promise<void> {
  const first = await show('connect("memory://pets")', () => connect("memory://pets"));
  const second = await show('connect("memory://pets")', () => connect("memory://pets"));
  await show("first === second", () => first === second);
}
