/** @cacheData */
export function numbered(id: number): number {
  return id * 2;
}

/** @cacheData */
export function named(id: string): number {
  return id.length;
}

/** @cacheData */
export function blob(size: number): Uint8Array {
  return new Uint8Array(size).fill(7);
}
