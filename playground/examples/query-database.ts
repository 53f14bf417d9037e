import { connect } from "./connect-database.ts";
import type { Show } from "./support/example.ts";

export interface Pet {
  id: number;
  owner: string;
  pet: string;
}

/**
 * Asks the database at most every ten minutes. The rows are plain data, so each caller has its own.
 * @cacheData({ ttl: "10min" })
 */
export async function query(sql: string, parameters: unknown[] = []): Promise<Pet[]> {
  const db = await connect("memory://pets");
  const { rows } = await db.query<Pet>(sql, parameters);
  return rows;
}

export async function run(show: Show): Promise<void> {
  await show('query("SELECT * FROM pets")', () => query("SELECT * FROM pets"));
  await show('query("SELECT * FROM pets")', () => query("SELECT * FROM pets"));
  const byOwner = "SELECT * FROM pets WHERE owner = $1";
  await show('query("… WHERE owner = $1", ["Alice"])', () => query(byOwner, ["Alice"]));
}
