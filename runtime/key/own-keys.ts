/**
 * True for an array that is its elements and nothing else. Indexes come first among the keys, so as many keys as elements
 * with the last index in its place mean no hole and no other property. Only an array that cannot be extended (such as the
 * texts of a template, with their hidden `raw`) or holds symbols is looked at more closely.
 */
export function isDense(items: unknown[]): boolean {
  const { length } = items;
  // The keys of a long array of holes take long to list.
  if (length > 0 && !Object.hasOwn(items, length - 1)) return false;
  const keys = Object.keys(items);
  if (keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1))) return false;
  return Object.getOwnPropertySymbols(items).length === 0 && !hasGetter(items);
}

/** Has the getter of an element in a third of the time that its descriptor takes; not every engine need have it. */
interface Legacy {
  __lookupGetter__?(key: PropertyKey): unknown;
}

/** A getter on an index is looked for in short arrays only: such getters are hardly ever defined, and looking takes longer than encoding. */
function hasGetter(items: unknown[]): boolean {
  if (items.length > 16) return false;
  const { __lookupGetter__: lookup } = Object.prototype as Legacy;
  for (let i = 0; i < items.length; i++) {
    const get = lookup ? lookup.call(items, i) : Object.getOwnPropertyDescriptor(items, i)?.get;
    if (get !== undefined) return true;
  }
  return false;
}

export const isIndex = (key: string) => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4294967295;

/** By UTF-16 code units, symbols last: the same in every process, unlike a locale's order. */
export function byUnits(a: string | symbol, b: string | symbol): number {
  if (typeof a === "symbol" || typeof b === "symbol")
    return typeof a === "symbol" ? (typeof b === "symbol" ? 0 : 1) : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
