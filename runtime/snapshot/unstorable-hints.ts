import { typeName } from "../values/type-name.ts";
import { valueClasses } from "../values/value-classes.ts";

const PLATFORM = new Set([
  "ImageData",
  "ImageBitmap",
  "CryptoKey",
  "FileList",
  "DOMPoint",
  "DOMRect",
  "DOMQuad",
  "DOMMatrix",
  "DOMPointReadOnly",
  "DOMRectReadOnly",
  "DOMMatrixReadOnly",
]);

/** Objects of the platform that structured clone copies and that hold nothing but data. */
export function isPlatformValue(source: object): boolean {
  const made = (globalThis as Record<string, unknown>)[typeName(source)];
  return (
    PLATFORM.has(typeName(source)) && typeof made === "function" && Object.getPrototypeOf(source) === made.prototype
  );
}

/** A way out that fits the value. */
export function hintFor(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const type = typeName(value);
  const reason = valueClasses()?.reasonFor(type);
  if (reason !== undefined) return reason;
  if (type === "Response" || type === "Request")
    return "Its body can only be read later: make the function async, or return what is needed of it";
  if (type === "Promise" || hasMethod(value, "then"))
    return "Await it before returning it, so that its value is stored";
  if (
    ["next", "getReader", "pipe", Symbol.asyncIterator].some((name) => hasMethod(value, name)) ||
    (hasMethod(value, Symbol.iterator) && hasMethod(value, "return"))
  ) {
    return 'It can be read only once or later: collect it first and return the rows, share the live object with @cacheResource, or, to record a stream, return it alone with `replay: "atOnce"`';
  }
  return undefined;
}

/** `--frozen-intrinsics` and SES put accessors in the place of what stood on prototypes; each tells in its own way what that was. */
function lockedDown({ get }: PropertyDescriptor): unknown {
  const told = get as { value?: unknown; originalValue?: unknown } | undefined;
  return told?.value ?? told?.originalValue;
}

/** Looks for a method without calling a getter. */
export function hasMethod(value: object, name: PropertyKey): boolean {
  try {
    for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
      const descriptor = Object.getOwnPropertyDescriptor(at, name);
      if (descriptor !== undefined) return typeof (descriptor.value ?? lockedDown(descriptor)) === "function";
    }
  } catch {
    // A proxy may refuse to be looked at.
  }
  return false;
}
