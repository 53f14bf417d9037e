import { isDataProperty } from "../values/intrinsics.ts";
/** What was learnt about a snapshot while it was made, so that no later step has to look again. Objects are the snapshot's own. */
export class ShapeInfo {
  /** Estimated bytes in memory; see `memory-cost.ts`. */
  bytes = 0;
  /** Objects that are referred to more than once; in a cycle at least one of its objects. */
  readonly shared = new Set<object>();
  /** Objects and arrays that are frozen and otherwise as usual. */
  readonly frozen = new Set<object>();
  /** Objects with hidden, read-only or added properties, and the names of those. */
  readonly irregular = new Map<object, readonly string[]>();
  /** True where a typed array is so large that its copy is worth making ahead. */
  hasLarge = false;
  /** True where a codec has to run to make a copy. */
  hasInstances = false;
}

/** Notes an object whose properties were put on one by one, once it is finished: unless a flat copy would be the same. */
export function noteIrregular(shapeInfo: ShapeInfo, copy: object, keys: readonly string[], isOrdinary: boolean): void {
  if (isOrdinary && (!Array.isArray(copy) || isList(copy, keys))) {
    if (Object.isFrozen(copy) && keys.every((key) => Object.prototype.propertyIsEnumerable.call(copy, key))) {
      shapeInfo.frozen.add(copy);
      return;
    }
    if (Object.isExtensible(copy) && keys.every((key) => isUsual(Object.getOwnPropertyDescriptor(copy, key)))) return;
  }
  shapeInfo.irregular.set(copy, keys);
}

/** True for a property as an assignment makes it. */
export const isUsual = (property: PropertyDescriptor | undefined): boolean =>
  property !== undefined &&
  isDataProperty(property) &&
  property.enumerable === true &&
  property.writable === true &&
  property.configurable === true;

/** True for an array without added properties; with holes, if it is so short that a copy made at once is no waste. */
export function isList(array: readonly unknown[], keys: readonly PropertyKey[]): boolean {
  if (keys.length === array.length && keys[keys.length - 1] === String(keys.length - 1)) return true;
  return array.length < 1000 && keys.every((key) => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key));
}

/** Names and symbols of all own properties: `Reflect.ownKeys` in a third of its time. */
export function ownKeysOf(source: object): PropertyKey[] {
  const names: PropertyKey[] = Object.getOwnPropertyNames(source);
  const symbols = Object.getOwnPropertySymbols(source);
  return symbols.length === 0 ? names : names.concat(symbols);
}

/** True for an object as a literal of primitives makes it. */
export function isFlat(source: object): boolean {
  if (Object.getPrototypeOf(source) !== Object.prototype || !Object.isExtensible(source)) return false;
  for (const key of ownKeysOf(source)) {
    const property = Object.getOwnPropertyDescriptor(source, key);
    if (typeof key === "symbol" || !isUsual(property)) return false;
    const value = property?.value as unknown;
    if (typeof value === "object" ? value !== null : typeof value === "function" || typeof value === "symbol")
      return false;
  }
  return true;
}
