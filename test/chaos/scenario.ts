/** What happened, and how often. */
export type Counts = Record<string, number>;

/** How long a scenario goes on: a few rounds in the tests, until a time in `npm run chaos`. */
export interface Length {
  /** Of the first round; the next has the next one. */
  seed: number;
  rounds: number;
  isOver(): boolean;
}

/** Does something round after round, and adds up what happened. */
export async function rounds(
  { seed, rounds: most, isOver }: Length,
  round: (seed: number) => Promise<Counts>,
): Promise<Counts> {
  const sum: Counts = { rounds: 0 };
  for (let i = 0; i < most && (i === 0 || !isOver()); i++) {
    for (const [name, count] of Object.entries({ rounds: 1, ...(await round(seed + i)) }))
      sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}
