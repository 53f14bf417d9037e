import type { Show } from "./support/example.ts";

/** A class of our own. Nothing tells which of its fields matter, so the cache asks for a rule. */
export class Score {
  points: number;
  comment: string;

  constructor(points: number, comment: string) {
    this.points = points;
    this.comment = comment;
  }

  /**
   * A method can be cached too: the same rule makes `this` a part of the key.
   * @cacheData({ this: "value", hashFuncs: { Score: pointsOf } })
   */
  times(factor: number): number {
    return this.points * factor;
  }
}

export function pointsOf(score: Score): number {
  return score.points;
}

/**
 * Scores with equal points are equal, whatever the comment.
 * @cacheData({ hashFuncs: { Score: pointsOf } })
 */
export function multiply(score: Score, factor: number): number {
  return score.points * factor;
}

export async function run(show: Show): Promise<void> {
  await show('multiply(new Score(5, "good"), 2)', () => multiply(new Score(5, "good"), 2));
  await show('multiply(new Score(5, "fine"), 2)', () => multiply(new Score(5, "fine"), 2));
  await show('multiply(new Score(6, "good"), 2)', () => multiply(new Score(6, "good"), 2));
  await show('new Score(5, "good").times(3)', () => new Score(5, "good").times(3));
  await show('new Score(5, "fine").times(3)', () => new Score(5, "fine").times(3));
}
