import type ts from "typescript";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { pathOf } from "./name-path.ts";

const words = (list: string) => new Set(list.split(" "));

/**
 * Methods that give something and leave what they are called on as it is: those of arrays, strings, collections,
 * promises and functions, and those that builders of schemas and queries name their next step by.
 */
export const READING_METHODS = words(
  [
    "at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach get has includes indexOf",
    "join keys lastIndexOf map reduce reduceRight slice some values toReversed toSorted toSpliced with size",
    "charAt charCodeAt codePointAt endsWith localeCompare match matchAll normalize padEnd padStart repeat replace",
    "replaceAll search split startsWith substring toLowerCase toUpperCase trim trimEnd trimStart toString valueOf",
    "toJSON toFixed toISOString test exec then catch finally apply bind call hasOwnProperty isPrototypeOf",
    "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom",
    "parse safeParse parseAsync safeParseAsync optional nullable nullish array and or transform refine superRefine pipe",
    "brand describe default pick omit partial merge strict passthrough readonly min max length email url uuid int positive",
  ].join(" "),
);

/** Methods of functions: what they are given is an argument of the function, or its `this`. */
export const CALLING_METHODS = new Set(["call", "apply", "bind"]);

/** Methods of loggers: what they write down is no result of anybody. */
export const LOGGING_METHODS = words("log info debug warn error trace fatal verbose silly");

/** Methods whose result is a part of what they are called on, or the thing itself. */
export const PART_GETTERS = new Set(
  "get at find findLast filter slice values entries keys concat flat map flatMap next pop shift deref toSorted toReversed with reverse sort fill bind call apply".split(
    " ",
  ),
);

/** Those whose result is a new list of parts: `rows.filter(isOpen).sort()` leaves the rows as they are. */
export const NEW_LISTS = new Set("filter slice concat flat map flatMap toSorted toReversed with".split(" "));

/** Those that give what they are called on. */
export const SELF_GETTERS = new Set(["sort", "reverse", "fill"]);

/** Methods of lists that hand each part to a function; those that reduce hand it what is made first. */
export const HANDING_METHODS = words(
  "forEach map flatMap filter find findIndex findLast findLastIndex some every reduce reduceRight",
);

/** Methods that put their arguments into what they are called on. */
export const ADDING_METHODS = new Set("push unshift splice add set append fill concat with toSpliced".split(" "));

/** Functions of globals that hand back an argument, or something that holds it. */
export const ARGUMENT_RETURNERS = new Set(
  "assign freeze seal preventExtensions defineProperty defineProperties setPrototypeOf resolve all allSettled race any from of values entries fromEntries create get getPrototypeOf".split(
    " ",
  ),
);

/** How many objects are around a value in what such a function gives; rather too few, with which more counts. */
export function heldInResult(called: string, index: number, held: number): number {
  if (/^(?:from|values)$/.test(called)) return Math.max(1, held);
  if (called === "entries") return held + 1;
  if (/^(?:fromEntries|create)$/.test(called)) return 1;
  if (/^(?:freeze|seal|preventExtensions|resolve|all)$/.test(called)) return held;
  // What `Object.assign` copies stays as it is; only what it holds is shared.
  return called === "assign" && index !== -1 ? Math.max(held, index === 0 ? 0 : 1) : 0;
}

const READING_OBJECT = words(
  "keys values entries freeze seal preventExtensions fromEntries hasOwn is isFrozen isSealed isExtensible getPrototypeOf getOwnPropertyNames getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertySymbols create groupBy",
);
const CHANGING_OBJECT = words("assign defineProperty defineProperties setPrototypeOf");
const READING_ATOMICS = words("load isLockFree wait waitAsync notify");
const CHANGING_REFLECT = words("set defineProperty deleteProperty setPrototypeOf");

/** Globals that only read what they are given, whichever of their members is called. */
const READING_GLOBALS = words(
  "Array JSON Map Set WeakMap WeakSet String Number Boolean BigInt Symbol Math structuredClone console Promise Error TypeError RangeError Date RegExp URL URLSearchParams Headers Request Response Blob parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent fetch queueMicrotask setTimeout setInterval clearTimeout clearInterval Intl Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array ArrayBuffer DataView Buffer TextEncoder TextDecoder Proxy WeakRef Iterator",
);

/** `"applies"`: what is changed may stand in a list of arguments. */
export type CallEffect = "changes" | "applies" | "reads" | "unknown";

/**
 * What a call of a global does to its argument at a place; nothing where the callee is no global. By the tree: `Object
 * . assign`, `Object["assign"]`, `const { assign } = Object` and `globalThis.Object!.assign` are one thing.
 */
export function effectOfGlobal(
  api: SyntaxApi,
  scopes: Scopes,
  { expression, arguments: given }: ts.CallExpression | ts.NewExpression,
  index: number,
): CallEffect | undefined {
  const path = pathOf(api, scopes, expression);
  if (!path || path.root.startsWith("import:") || path.root === "import.meta") return undefined;
  const [member = ""] = path.names;
  const isFirst = index === 0 || index === -1;
  // `Map.prototype.set.call(map, …)`, `Reflect.apply(change, null, [table])`
  const method =
    path.names.length > 1 && /^(?:call|apply|bind)$/.test(path.names.at(-1) ?? "") ? path.names.at(-2) : "";
  if (method) return isChangingMethod(method) || CHANGING_OBJECT.has(method) ? "applies" : "reads";
  if (path.root === "Reflect" && (member === "apply" || member === "construct")) return "applies";
  if (path.root === "Object" && path.names.length > 0) {
    if (READING_OBJECT.has(member)) return "reads";
    if (CHANGING_OBJECT.has(member)) return isFirst ? "changes" : "reads";
  }
  if (path.root === "Reflect") return CHANGING_REFLECT.has(member) && isFirst ? "changes" : "reads";
  if (path.root === "Atomics") return isFirst && !READING_ATOMICS.has(member) ? "changes" : "reads";
  if (path.root === "Array" && member === "prototype") return isFirst && (given?.length ?? 0) > 1 ? "changes" : "reads";
  if (path.root === "Object" || READING_GLOBALS.has(path.root)) return "reads";
  return "unknown";
}
