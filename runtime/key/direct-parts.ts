/** True for a primitive that `Map` tells apart as the encoding does. */
export const isDirectPart = (part: unknown): boolean =>
  typeof part === "object" ? part === null : typeof part !== "function" && typeof part !== "symbol";

/** True for key parts that are looked up as they are. */
export function isDirect(parts: readonly unknown[]): boolean {
  if (parts.length > 3) return false;
  for (let i = 0; i < parts.length; i++) if (!isDirectPart(parts[i])) return false;
  return true;
}
