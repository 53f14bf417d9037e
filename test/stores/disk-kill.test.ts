import { expect, it } from "vitest";
import { killDiskWriters, killRedisWriters } from "../chaos/kill-writers.ts";
import { requires } from "../requirements.ts";

/** As many as a minute gives, and no more than that. `npm run chaos` gives more. */
const length = (rounds: number) => {
  const end = Date.now() + 45_000;
  return { seed: 1, rounds, isOver: () => Date.now() > end };
};

it("kill -9 of one of two writers at a random moment, hundreds of times, leaves nothing torn and nothing behind [B195][B200]", {
  timeout: 120_000,
}, async () => {
  const counts = await killDiskWriters(length(200));
  expect(counts["kills"]).toBeGreaterThan(20);
  expect(counts["entries read"]).toBeGreaterThan(0);
});

it.skipIf(!requires("redis-server"))(
  "kill -9 of machines that write to Redis leaves right values",
  {
    timeout: 120_000,
  },
  async () => {
    expect((await killRedisWriters(length(10)))["kills"]).toBeGreaterThan(3);
  },
);
