import { configure } from "cachet";

/** How far the clock of the caches is ahead, in milliseconds. */
class Ahead {
  milliseconds = 0;
}

const ahead = new Ahead();

/** Puts the clock of all caches in this page forward, so that nobody has to wait for an entry to grow old. */
export function letPass(seconds: number): void {
  ahead.milliseconds += seconds * 1000;
  const { milliseconds } = ahead;
  configure({
    clock: { now: () => performance.now() + milliseconds, wall: () => Date.now() + milliseconds },
  });
}
