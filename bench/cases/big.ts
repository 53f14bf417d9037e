/** @cacheData */
export function table(count: number): Record<"a" | "b" | "c" | "d", Float64Array> {
  const column = (factor: number) => {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = i * factor;
    return values;
  };
  return { a: column(1), b: column(2), c: column(3), d: column(4) };
}
