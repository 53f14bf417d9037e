/** Its `constructor` cannot be read any more once the prototype was locked down. */
const SIGNAL = typeof AbortSignal === "undefined" ? undefined : AbortSignal.prototype;
/** Prototypes met before, and whether their objects are signals. */
const signals = new WeakMap<object, boolean>();

/**
 * True for an `AbortSignal`, which is left out of the key: it says when to stop, not what to compute. Those of other realms
 * and stand-ins of test environments count too.
 */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype || prototype === Array.prototype || prototype === null) return false;
    if (prototype === SIGNAL) return true;
    let isOne = signals.get(prototype);
    if (isOne === undefined) signals.set(prototype, (isOne = isSignalPrototype(prototype)));
    return isOne;
  } catch {
    // A proxy may refuse to be looked at.
    return false;
  }
}

function isSignalPrototype(prototype: object): boolean {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const made: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made === "function" && made.name === "AbortSignal") return true;
  }
  return false;
}
