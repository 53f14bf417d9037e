/** Random numbers that come out the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Lets others go first, up to so many times. */
export async function pause(random: () => number, most = 3): Promise<void> {
  for (let left = Math.floor(random() * most); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}
