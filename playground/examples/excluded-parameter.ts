import type { Show } from "./support/example.ts";

/** A connection: it has methods and a state of its own, so it can't be part of a key. */
export interface Connection {
  user: string;
  fetchRows(count: number): number[];
}

export const connectAs = (user: string): Connection => ({
  user,
  fetchRows: (count) => Array.from({ length: count }, (_, i) => i * user.length),
});

/**
 * The parameter's name begins with `_`: it is left out of the key. Which connection was used makes no difference.
 * @cacheData
 */
export function fetchRows(_connection: Connection, count: number): number[] {
  return _connection.fetchRows(count);
}

/**
 * Without the `_` the call is refused: nothing says which connections are equal.
 * @cacheData
 */
export function fetchRowsByConnection(connection: Connection, count: number): number[] {
  return connection.fetchRows(count);
}

export async function run(show: Show): Promise<void> {
  const ann = connectAs("ann");
  const robert = connectAs("robert");
  await show("fetchRows(ann, 3)", () => fetchRows(ann, 3));
  await show("fetchRows(robert, 3)", () => fetchRows(robert, 3));
  await show("fetchRows(robert, 4)", () => fetchRows(robert, 4));
  await show("fetchRowsByConnection(ann, 3)", () => messageOf(() => fetchRowsByConnection(ann, 3)));
}

function messageOf(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
