/**
 * Methods and getters of built-in classes as the engine made them. Values are read with these and never through themselves: a value
 * may carry a `getTime`, `source` or `size` of its own, and a program may replace a global or patch a prototype later.
 */

const { call } = Function.prototype;

/** A method as a function that takes its receiver first. */
// biome-ignore lint/suspicious/noExplicitAny: each is applied to values whose kind was checked.
type Unbound<R> = (receiver: any, ...args: any[]) => R;

const unbound = <R>(method: unknown): Unbound<R> => call.bind(method as never) as Unbound<R>;
const source: Unbound<string> = unbound(Function.prototype.toString);

/** True for a function of the engine's own. */
export const isNative = (made: unknown): boolean =>
  typeof made === "function" && /\{\s*\[native code\]\s*\}$/.test(source(made));

/** The prototype of the engine's own class, also if a subclass took its place among the globals, as fake clocks and polyfills do. */
function nativePrototype(name: "Map" | "Set" | "Date"): object {
  let at: unknown = globalThis[name];
  while (typeof at === "function" && !(isNative(at) && at.name === name)) at = Object.getPrototypeOf(at);
  return (typeof at === "function" ? at : globalThis[name]).prototype;
}

/** The getter on a prototype; what an engine does not have answers `undefined`. */
function getter<R>(prototype: object, name: PropertyKey): Unbound<R> {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return get === undefined ? () => undefined as R : unbound<R>(get);
}

const map = nativePrototype("Map") as Map<unknown, unknown>;
const set = nativePrototype("Set") as Set<unknown>;
const view = Object.getPrototypeOf(Uint8Array.prototype) as object;

export const mapEntries: Unbound<MapIterator<[unknown, unknown]>> = unbound(map.entries);
export const mapSize: Unbound<number> = getter(map, "size");
export const setValues: Unbound<SetIterator<unknown>> = unbound(set.values);
export const setSize: Unbound<number> = getter(set, "size");
export const dateTime: Unbound<number> = unbound((nativePrototype("Date") as Date).getTime);
export const regExpSource: Unbound<string> = getter(RegExp.prototype, "source");
export const arraySlice: Unbound<unknown[]> = unbound(Array.prototype.slice);
export const bufferLength: Unbound<number> = getter(ArrayBuffer.prototype, "byteLength");
export const bufferMaxLength: Unbound<number | undefined> = getter(ArrayBuffer.prototype, "maxByteLength");
export const isResizable: Unbound<boolean | undefined> = getter(ArrayBuffer.prototype, "resizable");
/** Pages that are not isolated have no shared memory. */
const shared = (): object => (typeof SharedArrayBuffer === "undefined" ? {} : SharedArrayBuffer.prototype);
export const sharedMaxLength: Unbound<number> = /* @__PURE__ */ getter(/* @__PURE__ */ shared(), "maxByteLength");
export const isGrowable: Unbound<boolean | undefined> = /* @__PURE__ */ getter(/* @__PURE__ */ shared(), "growable");
const dataView: [Unbound<ArrayBuffer>, Unbound<number>, Unbound<number>] = [
  getter(DataView.prototype, "buffer"),
  getter(DataView.prototype, "byteOffset"),
  getter(DataView.prototype, "byteLength"),
];
const typedArray: typeof dataView = [getter(view, "buffer"), getter(view, "byteOffset"), getter(view, "byteLength")];

/** `Uint8Array` and the like; `undefined` for anything but a typed array. */
const typedArrayName: Unbound<string | undefined> = getter(view, Symbol.toStringTag);

/** What memory a view looks at. */
export interface Memory {
  buffer: ArrayBuffer;
  byteOffset: number;
  byteLength: number;
}

/** The memory of a typed array or DataView. */
export function memoryOf(value: object): Memory {
  const [buffer, byteOffset, byteLength] = typedArrayName(value) === undefined ? dataView : typedArray;
  return { buffer: buffer(value), byteOffset: byteOffset(value), byteLength: byteLength(value) };
}

/** The flag of each getter, in the order in which `flags` lists them. */
const FLAGS = ["hasIndices", "global", "ignoreCase", "multiline", "dotAll", "unicode", "unicodeSets", "sticky"].map(
  (name, index): [Unbound<boolean>, string] => [getter(RegExp.prototype, name), "dgimsuvy"[index] as string],
);

/** The flags of a regular expression; its `flags` would ask properties that may be its own. */
export function regExpFlags(value: RegExp): string {
  let flags = "";
  for (const [isSet, flag] of FLAGS) if (isSet(value)) flags += flag;
  return flags;
}

/** The getter that a platform object inherits under a name: `href` of a URL, also of another realm or a stand-in. */
export function platformGetter(value: object, name: PropertyKey): (() => unknown) | undefined {
  for (let at = Object.getPrototypeOf(value) as object | null; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found.get;
  }
  return undefined;
}

/** What that getter says. */
export const platformProperty = (value: object, name: PropertyKey): string =>
  call.call(platformGetter(value, name) as never, value) as unknown as string;

/** The pairs in a URLSearchParams, FormData or Headers. */
export function platformPairs<T = string>(value: object): [string, T][] {
  const pairs: [string, T][] = [];
  const { forEach } = Object.getPrototypeOf(value) as { forEach: (each: (item: T, name: string) => void) => void };
  call.call(forEach, value, (item: T, name: string) => {
    pairs.push([name, item]);
  });
  return pairs;
}

/** False for an accessor, whatever was put on `Object.prototype`; only then is there more to ask than one question. */
export const isDataProperty = (property: PropertyDescriptor): boolean =>
  !("get" in property) || Object.hasOwn(property, "value");

/** Defines a property whatever was put on `Object.prototype`. */
export function defineValue(
  object: object,
  key: PropertyKey,
  value: unknown,
  attributes: Pick<PropertyDescriptor, "writable" | "enumerable" | "configurable"> = ALL,
): void {
  const { writable, enumerable, configurable } = attributes;
  Object.defineProperty(object, key, {
    __proto__: null,
    value,
    writable,
    enumerable,
    configurable,
  } as PropertyDescriptor);
}

const ALL = { writable: true, enumerable: true, configurable: true };
