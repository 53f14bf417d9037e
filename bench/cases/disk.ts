/** How often a body ran: an entry found on disk must not change it. */
export const runs = { count: 0 };

/** @cacheData({ persist: true }) */
export function small(id: number): { id: number; text: string } {
  runs.count++;
  return { id, text: "x".repeat(900) };
}

/** @cacheData({ persist: true }) */
export function medium(id: number): unknown[] {
  runs.count++;
  return Array.from({ length: 1500 }, (_, i) => ({
    id: i,
    name: `name ${i}`,
    price: i * 1.5,
    active: i % 2 === 0,
    at: 1_700_000_000 + i + id,
  }));
}

/** @cacheData({ persist: true }) */
export function large(id: number, length: number): Float64Array {
  runs.count++;
  return new Float64Array(length).fill(id + 1);
}
