import type { AnyCodec } from "../codec/codec-types.ts";
import { HashFuncError } from "../errors.ts";
import { isSignal } from "../values/abort-signal.ts";
import {
  bufferMaxLength,
  dateTime,
  isDataProperty,
  isGrowable,
  isResizable,
  mapEntries,
  mapSize,
  platformPairs,
  platformProperty,
  regExpFlags,
  regExpSource,
  setValues,
  sharedMaxLength,
} from "../values/intrinsics.ts";
import { codecFor } from "../values/platform-codecs.ts";
import { typeName, typeTitle } from "../values/type-name.ts";
import { valueClasses } from "../values/value-classes.ts";
import { bytesOf, className, isDOMException, type Kind, unbox } from "../values/value-kind.ts";
import type { DisabledRules, HashRules, KeyWriter } from "./entry-key.ts";
import { byUnits, isDense, isIndex } from "./own-keys.ts";
import { sortMembers } from "./set-order.ts";

/** By which characters a key says what follows, for each kind of object. Those of typed arrays and of memory that may grow go on. */
type KindTags = {
  object: "{";
  null: "0";
  array: "[" | "(";
  map: "M";
  set: "S";
  date: "D";
  regexp: "R";
  url: "U";
  params: "Q";
  buffer: "B" | "Y";
  shared: "b" | "y";
  dataview: "V";
  typed: "A";
  boxed: "W";
  error: "E" | "X";
  blob: never;
  instance: "I";
};
/** Those of all kinds, of what a codec or a rule makes of an instance: what shows keys has to know each. */
export type ObjectTag = KindTags[Kind] | "C" | "H";

/** What writes a key, as its objects see it. */
interface ObjectWriter extends KeyWriter {
  readonly rules: HashRules | undefined;
  /** True once there are so many objects that the structure may be endless. */
  readonly isLarge: boolean;
  text(tag: ObjectTag | "", text: string): void;
  bytes(tag: ObjectTag | `${ObjectTag}${string}:`, bytes: Uint8Array): void;
  checkFresh(value: object, key: string, item: object): void;
  refuse(value: unknown, key?: unknown, note?: string, type?: string): never;
}

/** Writes an object of one kind: its tag, then its content. */
// biome-ignore lint/suspicious/noExplicitAny: each takes the kind of object it stands for.
type Encode = (encoder: ObjectWriter, value: any, off: DisabledRules | undefined) => void;

/** How objects of each kind are part of a key. */
export const ENCODERS: Record<Kind, Encode> = {
  object(encoder, value: object, off) {
    encoder.out += "{";
    properties(encoder, value, off);
  },
  null(encoder, value: object, off) {
    encoder.out += "0";
    properties(encoder, value, off);
  },
  array: encodeArray,
  map(encoder, map: Map<unknown, unknown>, off) {
    encoder.out += `M${mapSize(map)}:`;
    for (const [key, value] of mapEntries(map)) {
      encoder.value(key, off, key);
      encoder.value(value, off, key);
    }
    properties(encoder, map, off);
  },
  /** Members in an order that does not depend on the order they were added. */
  set(encoder, set: Set<unknown>, off) {
    const members = [...setValues(set)];
    encoder.out += `S${members.length}:`;
    if (members.length > 1) sortMembers(members, (member) => contentFor(encoder, member));
    for (const member of members) encoder.value(member, off, member);
    properties(encoder, set, off);
  },
  date(encoder, value: Date, off) {
    encoder.out += `D${dateTime(value)};`;
    properties(encoder, value, off);
  },
  regexp(encoder, value: RegExp, off) {
    encoder.text("R", regExpSource(value));
    encoder.text("", regExpFlags(value));
    properties(encoder, value, off);
  },
  url(encoder, value: URL, off) {
    encoder.text("U", platformProperty(value, "href"));
    added(encoder, value, off);
  },
  params(encoder, value: URLSearchParams, off) {
    const pairs = platformPairs(value);
    encoder.out += `Q${pairs.length}:`;
    for (const text of pairs.flat()) encoder.text("", text);
    added(encoder, value, off);
  },
  buffer(encoder, value: ArrayBuffer, off) {
    encoder.bytes(isResizable(value) ? `Y${bufferMaxLength(value)}:` : "B", bytesOf(value));
    added(encoder, value, off);
  },
  shared(encoder, value: SharedArrayBuffer, off) {
    encoder.bytes(isGrowable(value) ? `y${sharedMaxLength(value)}:` : "b", bytesOf(value));
    added(encoder, value, off);
  },
  dataview(encoder, value: DataView, off) {
    encoder.bytes("V", bytesOf(value));
    added(encoder, value, off);
  },
  typed(encoder, value: ArrayBufferView) {
    encoder.bytes(`A${className(value)}:`, bytesOf(value));
  },
  boxed(encoder, value: object, off) {
    const primitive = unbox(value);
    encoder.out += "W";
    encoder.value(primitive, off, "valueOf");
    // The characters of a boxed text are own properties, but the text says it all.
    properties(
      encoder,
      value,
      off,
      typeof primitive === "string" ? (key) => key === "length" || isIndex(key) : undefined,
    );
  },
  error(encoder, value: Error, off) {
    if (isDOMException(value)) {
      encoder.text("X", platformProperty(value, "name"));
      encoder.text("", platformProperty(value, "message"));
      added(encoder, value, off);
      return;
    }
    encoder.text("E", className(value));
    properties(encoder, value, off, (key) => key === "stack");
  },
  blob: encodeUnknown,
  instance(encoder, value: object, off) {
    if (codecFor(value, encoder.labels.codecs) !== undefined) {
      encodeInstance(encoder, value, off);
      return;
    }
    encoder.text("I", className(value));
    properties(encoder, value, off);
  },
};

/** An instance of any other class, by what its codec makes of it. */
export function encodeInstance(encoder: ObjectWriter, value: object, off: DisabledRules | undefined): void {
  const codec = codecFor(value, encoder.labels.codecs);
  if (codec === undefined) encodeUnknown(encoder, value);
  encoder.text("C", codec.name);
  encoder.value(codecContent(encoder, codec, value), off, "encoded");
}

function contentFor(encoder: ObjectWriter, value: object): unknown {
  const codec = codecFor(value, encoder.labels.codecs);
  return codec && codecContent(encoder, codec, value);
}

function codecContent(encoder: ObjectWriter, codec: AnyCodec, value: object): unknown {
  try {
    return codec.hash === undefined ? codec.encode(value) : codec.hash(value);
  } catch (cause) {
    throw new HashFuncError({ function: encoder.labels.name, rule: codec.name, path: encoder.path(undefined), cause });
  }
}

/** Refuses what has no content that a key could be made of, with a way out if there is one. */
function encodeUnknown(encoder: ObjectWriter, value: object): never {
  const type = typeName(value);
  let note = valueClasses()?.reasonFor(type);
  if (type === "Blob" || type === "File")
    note = "its bytes can only be read later: hash its name, size and lastModified";
  else if (type === "Response" || type === "Request")
    note = "its body can only be read later: pass what is needed of it, such as its url";
  else if (type === "Promise") note = "await it first";
  else if (/Iterator|Generator/.test(typeTitle(value)))
    note = "it can be read only once: collect it into an array first";
  return encoder.refuse(value, undefined, note);
}

/** Objects that have no properties by themselves: those that were added. A stand-in for a platform class keeps its state under symbols. */
function added(encoder: ObjectWriter, value: object, off: DisabledRules | undefined): void {
  if (isDOMException(value)) {
    properties(encoder, value, off, (key) => key === "stack", Object.getOwnPropertyNames(value));
    return;
  }
  const names = Object.getOwnPropertyNames(value);
  if (names.length === 0) return;
  encoder.out += "+";
  properties(encoder, value, off, undefined, names);
}

/** Own properties in the order of their names, without those that `isOther` says are encoded in another way. */
function properties(
  encoder: ObjectWriter,
  value: object,
  off: DisabledRules | undefined,
  isOther?: (key: string) => boolean,
  own: PropertyKey[] = Reflect.ownKeys(value),
): void {
  const keys = own as string[];
  if (keys.length > 1) keys.sort(byUnits);
  const items: unknown[] = [];
  let hidden: Set<string> | undefined;
  let count = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (typeof key === "symbol") encoder.refuse(value, key, "a property with a symbol as its name", "symbol");
    if (isOther?.(key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined) continue;
    if (!isDataProperty(descriptor)) encoder.refuse(value, key, "a getter, which is not called for a key", "accessor");
    const item = descriptor.value as unknown;
    if (typeof item === "object" && item !== null) {
      if (isSignal(item) && !encoder.rules?.applies(item, off)) continue;
      if (encoder.isLarge) encoder.checkFresh(value, key, item);
    }
    if (!descriptor.enumerable) (hidden ??= new Set()).add(key);
    keys[count++] = key;
    items.push(item);
  }
  encoder.out += `${count}:`;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as string;
    if (hidden?.has(key)) encoder.out += "~";
    encoder.out += `${key.length}:${key}`;
    encoder.value(items[i], off, key);
  }
}

function encodeArray(encoder: ObjectWriter, items: unknown[], off: DisabledRules | undefined): void {
  const { length } = items;
  if (!isDense(items)) {
    unusualArray(encoder, items, Reflect.ownKeys(items), off);
    return;
  }
  encoder.out += `[${length}:`;
  for (let i = 0; i < length; i++) encoder.value(items[i], off, i);
}

/** An array with holes or with properties besides its elements: runs of holes are counted, the properties follow. */
function unusualArray(
  encoder: ObjectWriter,
  items: unknown[],
  keys: PropertyKey[],
  off: DisabledRules | undefined,
): void {
  const indexes = keys.filter((key) => typeof key === "string" && isIndex(key)) as string[];
  encoder.out += `(${items.length}:${indexes.length}:`;
  for (const index of indexes) {
    const descriptor = Object.getOwnPropertyDescriptor(items, index);
    if (descriptor === undefined || !isDataProperty(descriptor))
      encoder.refuse(items, Number(index), "a getter, which is not called for a key", "accessor");
    encoder.out += `${index};`;
    encoder.value(descriptor?.value, off, Number(index));
  }
  const others = keys.filter((key) => typeof key !== "string" || (key !== "length" && !isIndex(key)));
  properties(encoder, items, off, undefined, others);
}
