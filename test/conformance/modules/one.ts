/** @cacheData */
export function shared(_x: number): string {
  return "one";
}
