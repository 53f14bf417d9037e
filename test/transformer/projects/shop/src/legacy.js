/** @param {number} level */
export function legacyDiscount(level) {
  return level / 10;
}
