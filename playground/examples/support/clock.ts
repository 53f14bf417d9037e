import { configure } from "cachet";

/** Runs `work` with a clock that can be put forward, so that nobody has to wait for an entry to expire. */
export async function withClock(work: (advance: (seconds: number) => void) => Promise<void>): Promise<void> {
  let ahead = 0;
  configure({ clock: { now: () => performance.now() + ahead, wall: () => Date.now() + ahead } });
  try {
    await work((seconds) => {
      ahead += seconds * 1000;
    });
  } finally {
    configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
  }
}
