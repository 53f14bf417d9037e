import { PGlite } from "@electric-sql/pglite";
import type { Show } from "./support/example.ts";

/**
 * Opens a database once. Every caller shares this one connection; it is closed when it leaves the cache.
 * @cacheResource({ showSpinner: "Connecting…", onRelease: (db) => db.close() })
 */
export async function connect(name: string): Promise<PGlite> {
  const db = await PGlite.create();
  await db.exec(`
    CREATE TABLE pets (id serial PRIMARY KEY, owner text, pet text);
    INSERT INTO pets (owner, pet) VALUES ('Robert', 'dog'), ('Cosette', 'cat'), ('Alice', 'bird');
    COMMENT ON TABLE pets IS '${name}';
  `);
  return db;
}

export async function run(show: Show): Promise<void> {
  const first = await connect("pets");
  const second = await connect("pets");
  await show("first === second", () => first === second);
  const count = "SELECT count(*) AS pets FROM pets";
  await show(`second.query("${count}")`, async () => (await second.query(count)).rows);
}
