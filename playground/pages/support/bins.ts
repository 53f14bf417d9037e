/** The mean of `values` in groups of equal width by `by`; `undefined` for groups nobody is in. */
export function meansByBin(by: ArrayLike<number>, values: ArrayLike<number>, width: number): (number | null)[] {
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < by.length; i++) {
    const bin = Math.floor((by[i] ?? 0) / width);
    sums[bin] = (sums[bin] ?? 0) + (values[i] ?? 0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return Array.from(sums, (sum, bin) => (sum === undefined ? null : sum / (counts[bin] ?? 1)));
}
