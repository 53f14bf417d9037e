import { configure } from "cachet";

/** How far the clock of the caches is ahead, in milliseconds. */
class Ahead {
  milliseconds = 0;
}

const ahead = new Ahead();

/** Puts the clock of all caches forward, so that nobody has to wait for an entry to grow old. */
export function letPass(seconds: number): void {
  setAhead(ahead.milliseconds + seconds * 1000);
}

/** Runs `work` with a clock that it may put forward; afterwards it goes right again. */
export async function withClock(work: (advance: (seconds: number) => void) => Promise<void>): Promise<void> {
  try {
    await work(letPass);
  } finally {
    setAhead(0);
  }
}

function setAhead(milliseconds: number): void {
  ahead.milliseconds = milliseconds;
  configure({ clock: { now: () => performance.now() + milliseconds, wall: () => Date.now() + milliseconds } });
}
