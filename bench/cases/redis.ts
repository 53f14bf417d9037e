/** How often a body ran. */
export const runs = { count: 0 };

const made = new Date(1_700_000_000_000);

const smallOf = (id: number) => ({ id, text: "x".repeat(900), made });
const rowsOf = (id: number) =>
  Array.from({ length: 1500 }, (_, i) => ({
    id: i,
    name: `name ${i}`,
    price: i * 1.5,
    active: i % 2 === 0,
    at: 1_700_000_000 + i + id,
  }));

/** @cacheData({ persist: "redis" }) */
export async function small(id: number): Promise<{ id: number; text: string; made: Date }> {
  runs.count++;
  return smallOf(id);
}

/** @cacheData({ persist: "redis" }) */
export async function medium(id: number): Promise<ReturnType<typeof rowsOf>> {
  runs.count++;
  return rowsOf(id);
}

/** @cacheData */
export async function smallInMemory(id: number): Promise<{ id: number; text: string; made: Date }> {
  return smallOf(id);
}

/** @cacheData */
export async function mediumInMemory(id: number): Promise<ReturnType<typeof rowsOf>> {
  return rowsOf(id);
}
