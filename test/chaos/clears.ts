import { ClearsModel, type Medium } from "./clears-model.ts";
import { FaultyDisk } from "./faulty-disk.ts";
import { FaultyMemory } from "./faulty-memory.ts";
import { FaultyRedis, type Servers } from "./faulty-redis.ts";
import { seeded } from "./random.ts";
import { type Counts, type Length, rounds } from "./scenario.ts";

/** Steps of each process in one round. */
const STEPS = 60;

/** Clears on a store that refuses, loses, delays and reorders, with epochs of its own or with epochs as entries. */
export const clears = (length: Length, hasEpochs: boolean): Promise<Counts> =>
  modelled(length, (seed) => new FaultyMemory(seeded(seed), hasEpochs));

/** Clears on a disk whose file system fails and whose files are damaged. */
export const clearsOnDisk = (length: Length): Promise<Counts> =>
  modelled(length, (seed) => new FaultyDisk(seeded(seed)));

export function modelled(
  length: Length,
  open: (seed: number) => Medium | Promise<Medium>,
  steps = STEPS,
): Promise<Counts> {
  return rounds(length, async (seed) => {
    const medium = await open(seed);
    const counts = await new ClearsModel(seed, medium).run(steps, length.isOver);
    return { ...counts, ...medium.counts };
  });
}

/** Clears on real servers. What the steps take depends on the servers, so there are more of them in a round. */
export async function clearsOnRedis(length: Length, start: () => Promise<Servers>): Promise<Counts> {
  const servers = await start();
  try {
    return await modelled(length, (seed) => new FaultyRedis(servers, seeded(seed), `round-${seed}`), 5 * STEPS);
  } finally {
    await servers.close();
  }
}
