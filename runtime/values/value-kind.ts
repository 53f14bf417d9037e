import { ERRORS, VIEWS } from "./built-ins.ts";

/** What a value is, as far as keys and copies are concerned. `undefined` stands for "a class of somebody's own". */
export type Kind =
  | "object"
  | "null"
  | "array"
  | "date"
  | "regexp"
  | "map"
  | "set"
  | "url"
  | "params"
  | "buffer"
  | "shared"
  | "view"
  | "dataview"
  | "typed"
  | "error"
  | "boxed"
  | "blob"
  | "opaque";

const OTHERS: Record<string, Kind> = {
  Object: "object",
  Array: "array",
  Date: "date",
  RegExp: "regexp",
  Map: "map",
  Set: "set",
  URL: "url",
  URLSearchParams: "params",
  ArrayBuffer: "buffer",
  SharedArrayBuffer: "shared",
  DataView: "dataview",
  Boolean: "boxed",
  Number: "boxed",
  String: "boxed",
  BigInt: "boxed",
  Blob: "blob",
  File: "blob",
};

const kinds = new Map<string, Kind>();
for (const name of VIEWS) kinds.set(name, "typed");
for (const name of ERRORS) kinds.set(name, "error");
for (const name of Object.keys(OTHERS)) kinds.set(name, OTHERS[name] as Kind);

/** Kinds by prototype: those of this realm at once, those of others when first met. */
const known = new WeakMap<object, Kind>();
for (const [name, kind] of kinds) {
  const made = (globalThis as Record<string, unknown>)[name];
  if (typeof made === "function") known.set(made.prototype, kind);
}

/** The kind of an object, or `undefined` where it is an instance of a class this module knows nothing about. */
export function kindOf(value: object): Kind | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype) return "object";
  if (prototype === null) return "null";
  const kind = known.get(prototype) ?? foreignKind(prototype);
  return kind !== undefined && isGenuine(value, kind) ? kind : undefined;
}

const TAG = Object.prototype.toString;

/** The built-in classes of another realm (an iframe, a test runner's context) have other prototypes but native constructors. */
function foreignKind(prototype: object): Kind | undefined {
  const made = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
  if (typeof made !== "function" || made.prototype !== prototype) return undefined;
  const kind = kinds.get(made.name);
  if (kind === undefined || !Function.prototype.toString.call(made).includes("[native code]")) return undefined;
  known.set(prototype, kind);
  return kind;
}

const getter = (prototype: object, name: string) =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get as () => unknown;
const mapSize = getter(Map.prototype, "size");
const setSize = getter(Set.prototype, "size");
const bufferLength = getter(ArrayBuffer.prototype, "byteLength");

/** Tells a real Map from `Object.create(Map.prototype)`, which has the prototype but not the contents. */
function isGenuine(value: object, kind: Kind): boolean {
  try {
    if (kind === "array") return Array.isArray(value);
    if (kind === "date") Date.prototype.getTime.call(value);
    else if (kind === "map") mapSize.call(value);
    else if (kind === "set") setSize.call(value);
    else if (kind === "buffer") bufferLength.call(value);
    else if (kind === "typed" || kind === "dataview") return ArrayBuffer.isView(value);
    else if (kind === "boxed") unbox(value);
    else if (kind === "error") return !isDOMException(value) || typeof (value as Error).name === "string";
    else if (kind === "url") return typeof (value as URL).href === "string";
    else if (kind === "object") return !Array.isArray(value);
    return true;
  } catch {
    return false;
  }
}

/** The primitive inside `Object(1)` and its like. */
export function unbox(value: object): unknown {
  const tag = TAG.call(value);
  if (tag === "[object Number]") return Number.prototype.valueOf.call(value);
  if (tag === "[object String]") return String.prototype.valueOf.call(value);
  if (tag === "[object Boolean]") return Boolean.prototype.valueOf.call(value);
  return BigInt.prototype.valueOf.call(value);
}

/** Name of a value's type for people: `function`, `WeakMap`, `Point`. Runs no code of the value's. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object" && typeof value !== "function") return typeof value;
  try {
    for (let from: object | null = value; from !== null; from = Object.getPrototypeOf(from)) {
      const made = Object.getOwnPropertyDescriptor(from, "constructor")?.value as unknown;
      if (from === value && typeof value === "function") continue;
      if (typeof made === "function" && typeof made.name === "string" && made.name !== "") {
        return typeof value === "function" && made.name === "Function" ? "function" : made.name;
      }
    }
  } catch {
    // A proxy may refuse to be looked at.
  }
  return typeof value;
}

/** The same where no class has the value's name: a `Generator`, an `Array Iterator`. */
export function typeTitle(value: unknown): string {
  const name = typeName(value);
  if (name !== "Object" || typeof value !== "object" || value === null) return name;
  try {
    for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
      const tag: unknown = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag)?.value;
      if (typeof tag === "string") return tag;
    }
  } catch {
    // A proxy may refuse to be looked at.
  }
  return name;
}

/** The name of a built-in class, which tells `Uint8Array` from `Int8Array` and `TypeError` from `Error`. */
export function className(value: object): string {
  const made = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value), "constructor")?.value as { name: string };
  return made.name;
}

/**
 * An error of a built-in class that holds nothing yet but its stack. Only a DOMException is given its title (its `name`) and
 * message here, as nothing can change them later. `undefined` where there is no such class.
 */
export function emptyError(
  name: string | undefined,
  stack?: string,
  title?: string,
  message?: string,
): Error | undefined {
  const made = (globalThis as unknown as Record<string, new (...given: unknown[]) => Error>)[name ?? ""];
  if (made === undefined) return undefined;
  const error = name === "AggregateError" ? new made([]) : title === undefined ? new made() : new made(message, title);
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
  if (stack !== undefined)
    Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true, enumerable: false });
  return error;
}

/** True for an error whose name and message are not properties of its own. */
export const isDOMException = (error: object): boolean => className(error) === "DOMException";

/** The bytes a view or buffer spans. */
export function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/** `.name`, `[3]` or `["odd name"]`: one step of a path. */
export function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  if (typeof key === "string") {
    if (/^(0|[1-9]\d*)$/.test(key)) return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return `[${typeof key === "symbol" ? String(key) : typeof key === "object" ? typeName(key) : String(key)}]`;
}

/** An array of nothing but holes. A great length set on a small array would take memory for every hole. */
export function sparseArray(length: number): unknown[] {
  const array: unknown[] = [];
  if (length > 1024) {
    array[length - 1] = undefined;
    Reflect.deleteProperty(array, length - 1);
  } else {
    array.length = length;
  }
  return array;
}

/** True where a value is left out of the key: it says when to stop, not what to compute. */
export function isSignal(value: unknown): boolean {
  return typeof AbortSignal !== "undefined" && value instanceof AbortSignal;
}
