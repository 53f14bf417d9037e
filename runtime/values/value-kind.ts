import { ERRORS, VIEWS } from "./built-ins.ts";
import {
  bufferLength,
  dateTime,
  defineValue,
  isNative,
  mapSize,
  memoryOf,
  platformGetter,
  platformProperty,
  setSize,
} from "./intrinsics.ts";
import { valueClasses } from "./value-classes.ts";

/**
 * What a value is, as far as keys and copies are concerned; `undefined` stands for any other class. Whatever walks values has a row
 * or a case for each kind, and does not compile without.
 */
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
  | "dataview"
  | "typed"
  | "error"
  | "boxed"
  | "blob"
  /** An instance of a class of the program that is its public fields. */
  | "instance";

/** Kinds of objects that hold others by their own properties only. */
export type HeldByProperties =
  | "object"
  | "null"
  | "array"
  | "date"
  | "regexp"
  | "url"
  | "params"
  | "error"
  | "boxed"
  | "blob"
  | "instance";

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

/** A class: the kind of its instances, and its name. */
interface BuiltIn {
  kind: Kind;
  name: string;
}

const builtIns = new Map<string, BuiltIn>();
for (const name of VIEWS) builtIns.set(name, { kind: "typed", name });
for (const name of ERRORS) builtIns.set(name, { kind: "error", name });
for (const name of Object.keys(OTHERS)) builtIns.set(name, { kind: OTHERS[name] as Kind, name });

/** Built-in classes by prototype: those of this realm from the start, those of others from when they are first met. */
const known = new WeakMap<object, BuiltIn>();
for (const [name, builtIn] of builtIns) {
  const made = (globalThis as Record<string, unknown>)[name];
  if (typeof made === "function") known.set(made.prototype, builtIn);
}

/** The kind of an object, or `undefined` for an instance of a class that this module does not know. */
export function kindOf(value: object): Kind | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype) return Array.isArray(value) ? undefined : "object";
  if (prototype === null) return "null";
  const builtIn = known.get(prototype) ?? foreign(prototype) ?? own(prototype);
  return builtIn !== undefined && isGenuine(value, builtIn) ? builtIn.kind : undefined;
}

/** Classes of the web platform, which engines and test environments write in JavaScript. */
const WEB = /^(URL|URLSearchParams|DOMException|Blob|File)$/;

/** The built-in classes of another realm (an iframe, a test runner's context) have other prototypes and the same names. */
function foreign(prototype: object): BuiltIn | undefined {
  const made = ownValue(prototype, "constructor");
  if (typeof made !== "function" || made.prototype !== prototype) return undefined;
  const builtIn = builtIns.get(made.name);
  const isOne =
    builtIn !== undefined &&
    (isNative(made) || (WEB.test(made.name) && ownValue(prototype, Symbol.toStringTag) === made.name));
  if (!isOne) return undefined;
  known.set(prototype, builtIn);
  return builtIn;
}

/** A class of the program, by what the build has told of it. */
function own(prototype: object): BuiltIn | undefined {
  const name = valueClasses()?.nameOf(prototype);
  if (name === undefined) return undefined;
  const found: BuiltIn = { kind: "instance", name };
  known.set(prototype, found);
  return found;
}

const ownValue = (object: object, key: PropertyKey): unknown => Object.getOwnPropertyDescriptor(object, key)?.value;

/** Tells a real Map from `Object.create(Map.prototype)`, which has the prototype but not the contents. */
function isGenuine(value: object, { kind }: BuiltIn): boolean {
  try {
    switch (kind) {
      case "array":
        return Array.isArray(value);
      case "object":
      case "instance":
        return !Array.isArray(value);
      case "date":
        dateTime(value);
        return true;
      case "map":
        mapSize(value);
        return true;
      case "set":
        setSize(value);
        return true;
      case "buffer":
        bufferLength(value);
        return true;
      case "typed":
      case "dataview":
        return ArrayBuffer.isView(value);
      case "boxed":
        unbox(value);
        return true;
      case "error":
        return !isDOMException(value) || typeof platformProperty(value, "name") === "string";
      case "url":
        return typeof platformProperty(value, "href") === "string";
      default:
        // The prototype says it all, or reading the value fails.
        kind satisfies "null" | "regexp" | "params" | "shared" | "blob";
        return true;
    }
  } catch {
    return false;
  }
}

/** How the primitive inside `Object(1)` and its like is read. */
const UNBOX = [Number, String, Boolean, BigInt].map(({ prototype }) => prototype.valueOf as () => unknown);

/** The primitive inside `Object(1)` and its like. */
export function unbox(value: object): unknown {
  for (const read of UNBOX) {
    try {
      return Reflect.apply(read, value, []);
    } catch {
      // A box of another type.
    }
  }
  throw new TypeError("not a boxed primitive");
}

/** The name of a value's built-in class, which tells `Uint8Array` from `Int8Array` and `TypeError` from `Error`. */
export const className = (value: object): string => known.get(Object.getPrototypeOf(value) as object)?.name ?? "";

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
  const made = name === undefined ? undefined : ERROR_CLASSES[ERRORS.indexOf(name)];
  if (made === undefined) return undefined;
  const error = withoutStack(() =>
    name === "AggregateError" ? new made([]) : title === undefined ? new made() : new made(message, title),
  );
  // A stand-in for DOMException keeps its state under a symbol.
  for (const key of Object.getOwnPropertyNames(error))
    if (title === undefined || key === "stack") Reflect.deleteProperty(error, key);
  if (stack !== undefined) defineValue(error, "stack", stack, HIDDEN);
  return error;
}

/** V8 holds the frames of a stack, some kilobytes, as long as the error lives, even if their text is never read. */
function withoutStack<T>(make: () => T): T {
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  if (limit === undefined || !Reflect.set(errors, "stackTraceLimit", 0)) return make();
  try {
    return make();
  } finally {
    errors.stackTraceLimit = limit;
  }
}

const ERROR_CLASSES = ERRORS.map(
  (name) => (globalThis as unknown as Record<string, (new (...given: unknown[]) => Error) | undefined>)[name],
);
const HIDDEN = { writable: true, configurable: true, enumerable: false };

/** True for an error whose name and message are not properties of its own, as they are in some stand-ins. */
export const isDOMException = (error: object): boolean =>
  className(error) === "DOMException" && platformGetter(error, "name") !== undefined;

/** The bytes a view or buffer spans. */
export function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value);
  const { buffer, byteOffset, byteLength } = memoryOf(value);
  return new Uint8Array(buffer, byteOffset, byteLength);
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
