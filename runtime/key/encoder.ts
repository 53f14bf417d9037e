import { isProxy, latin1 } from "#platform";
import { UnhashableArgumentError } from "../errors.ts";
import type { Labels } from "../features.ts";
import {
  bytesOf,
  className,
  isDOMException,
  isSignal,
  type Kind,
  kindOf,
  step,
  typeName,
  typeTitle,
  unbox,
} from "../values/value-kind.ts";
import type { Off, Rules } from "./hash-rules.ts";
import { boxedTextKeys, byUnits, isDense, isIndex } from "./own-keys.ts";
import { sortMembers } from "./set-order.ts";

/** Deeper nesting than this is taken for an endless structure, such as a proxy that answers every property. */
const MAX_DEPTH = 100_000;
/** Recursion stops here and goes on in a new segment, so that any depth fits on the stack. */
const SEGMENT = 200;

/** With more objects than this, an endless structure is looked for. */
const MANY = 10_000;

/** A value whose encoding follows in a later segment. */
interface Deferred {
  value: object;
  off: Off | undefined;
  trail: Trail | undefined;
}

/** The way to a segment, for errors. */
interface Trail {
  steps: unknown[];
  before: Trail | undefined;
}

/** Writes the key parts of one call; how, `encodeParts` says. */
export class Encoder {
  readonly labels: Labels;
  out = "";
  private readonly rules: Rules | undefined;
  private seen: Map<object, number> | undefined;
  private count = 0;
  private depth = 0;
  private segments = 0;
  private proxies = 0;
  private steps: unknown[] = [];
  private trail: Trail | undefined;
  private deferred: Deferred[] = [];

  constructor(labels: Labels, rules: Rules | undefined) {
    this.labels = labels;
    this.rules = rules;
  }

  encode(parts: readonly unknown[]): string {
    for (let i = 0; i < parts.length; i++) this.value(parts[i], undefined, i);
    for (let next = this.deferred.shift(); next !== undefined; next = this.deferred.shift()) this.segment(next);
    return this.out;
  }

  private segment(next: Deferred): void {
    if (++this.segments * SEGMENT > MAX_DEPTH) {
      this.trail = next.trail;
      this.steps = [];
      this.refuse(next.value, undefined, `nested deeper than ${MAX_DEPTH} levels`);
    }
    this.trail = next.trail;
    this.steps = [];
    this.depth = 0;
    this.object(next.value, next.off);
  }

  value(value: unknown, off: Off | undefined, key: unknown): void {
    if (this.rules?.encode(this, value, off, key)) return;
    switch (typeof value) {
      case "string":
        this.out += `s${value.length}:${value}`;
        return;
      case "number":
        this.out += `n${value};`;
        return;
      case "boolean":
        this.out += value ? "t" : "f";
        return;
      case "undefined":
        this.out += "u";
        return;
      case "bigint":
        this.out += `i${value};`;
        return;
      case "object":
        if (value === null) this.out += "N";
        else this.nested(value, off, key);
        return;
      default:
        this.refuse(value, key);
    }
  }

  /** Encodes an object one level deeper, here or in a later segment. */
  private nested(value: object, off: Off | undefined, key: unknown): void {
    this.steps.push(key);
    if (this.depth === SEGMENT) {
      this.out += ">";
      this.deferred.push({ value, off, trail: { steps: this.steps.slice(), before: this.trail } });
    } else {
      this.depth++;
      this.object(value, off);
      this.depth--;
    }
    this.steps.pop();
  }

  private object(value: object, off: Off | undefined): void {
    const earlier = this.seen?.get(value);
    if (earlier !== undefined) {
      this.out += `^${earlier};`;
      return;
    }
    const kind = kindOf(value);
    if (kind === undefined && isSignal(value)) {
      this.out += "u";
      return;
    }
    this.seen ??= new Map();
    this.seen.set(value, this.count++);
    if (this.count > MANY && isProxy(value) && ++this.proxies > MANY) this.refuse(value, undefined, ENDLESS);
    switch (kind) {
      case "object":
        this.out += "{";
        this.properties(value, off, undefined);
        return;
      case "null":
        this.out += "0";
        this.properties(value, off, undefined);
        return;
      case "array":
        this.array(value as unknown[], off);
        return;
      case "map":
        this.map(value as Map<unknown, unknown>, off);
        return;
      case "set":
        this.set(value as Set<unknown>, off);
        return;
      case "typed":
        this.text(`A${className(value)}:`, latin1(bytesOf(value as ArrayBufferView)));
        return;
      default:
        this.leaf(value, kind, off);
        return;
    }
  }

  /** Built-in objects whose content is not other objects. Properties somebody added to them count too. */
  private leaf(value: object, kind: Kind | undefined, off: Off | undefined): void {
    switch (kind) {
      case "date":
        this.out += `D${(value as Date).getTime()};`;
        this.properties(value, off, []);
        return;
      case "regexp":
        this.text("R", (value as RegExp).source);
        this.text("", (value as RegExp).flags);
        this.properties(value, off, []);
        return;
      case "url":
        this.text("U", (value as URL).href);
        break;
      case "params":
        this.pairs([...(value as URLSearchParams)]);
        break;
      case "buffer":
        this.text("B", latin1(bytesOf(value as ArrayBuffer)));
        break;
      case "shared":
        this.text("b", latin1(bytesOf(value as SharedArrayBuffer)));
        break;
      case "dataview":
        this.text("V", latin1(bytesOf(value as DataView)));
        break;
      case "boxed":
        this.out += "W";
        this.value(unbox(value), off, "valueOf");
        this.properties(value, off, typeof unbox(value) === "string" ? boxedTextKeys(value) : []);
        return;
      case "error":
        if (isDOMException(value)) {
          this.text("X", (value as DOMException).name);
          this.text("", (value as DOMException).message);
        } else {
          this.text("E", className(value));
        }
        this.properties(value, off, ["stack"]);
        return;
      default:
        this.refuse(value, undefined, noteFor(value));
    }
    // These have no properties by themselves. Where a library stands in for the platform's class, symbols are its own.
    if (Object.getOwnPropertyNames(value).length === 0) return;
    this.out += "+";
    this.properties(value, off, []);
  }

  private text(tag: string, text: string): void {
    this.out += `${tag}${text.length}:${text}`;
  }

  private pairs(pairs: [string, string][]): void {
    this.out += `Q${pairs.length}:`;
    for (const [name, value] of pairs) {
      this.text("", name);
      this.text("", value);
    }
  }

  /** Own properties in the order of their names. `but` lists names that are encoded in another way. */
  private properties(value: object, off: Off | undefined, but: readonly string[] | undefined): void {
    const keys = Reflect.ownKeys(value) as string[];
    if (keys.length > 1) keys.sort(byUnits);
    let count = 0;
    const before = this.out;
    this.out = "";
    for (const key of keys) {
      if (but?.includes(key)) continue;
      if (typeof key === "symbol") this.refuse(value, key, "a property with a symbol as its name", "symbol");
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      if (!("value" in descriptor)) this.refuse(value, key, "a getter, which is not called for a key", "accessor");
      const item = descriptor.value as unknown;
      if (typeof item === "object" && isSignal(item) && !this.rules?.applies(item, off)) continue;
      if (this.count > MANY && isFresh(value, key, item)) this.refuse(value, key, ENDLESS);
      count++;
      this.out += `${descriptor.enumerable ? "" : "~"}${key.length}:${key}`;
      this.value(item, off, key);
    }
    this.out = `${before}${count}:${this.out}`;
  }

  private array(items: unknown[], off: Off | undefined): void {
    const { length } = items;
    if (!isDense(items)) {
      this.unusualArray(items, Reflect.ownKeys(items), off);
      return;
    }
    this.out += `[${length}:`;
    for (let i = 0; i < length; i++) {
      const item = items[i];
      // The common case, spared the way through `value`.
      if (typeof item === "number" && this.rules === undefined) this.out += `n${item};`;
      else this.value(item, off, i);
    }
  }

  /** An element that is not a getter. */
  private item(items: unknown[], index: number): unknown {
    const descriptor = Object.getOwnPropertyDescriptor(items, index);
    if (descriptor === undefined || !("value" in descriptor)) {
      this.refuse(items, index, "a getter, which is not called for a key", "accessor");
    }
    return descriptor.value;
  }

  /** An array with holes or with properties beside its elements: runs of holes are counted, the properties follow. */
  private unusualArray(items: unknown[], keys: PropertyKey[], off: Off | undefined): void {
    const indexes = keys.filter((key) => typeof key === "string" && isIndex(key)) as string[];
    this.out += `(${items.length}:${indexes.length}:`;
    for (const index of indexes) {
      this.out += `${index};`;
      this.value(this.item(items, Number(index)), off, Number(index));
    }
    this.properties(items, off, [...indexes, "length"]);
  }

  private map(map: Map<unknown, unknown>, off: Off | undefined): void {
    this.out += `M${map.size}:`;
    for (const [key, value] of Map.prototype.entries.call(map)) {
      this.value(key, off, key);
      this.value(value, off, key);
    }
    this.properties(map, off, []);
  }

  /** Members in an order that does not depend on the order they were added. */
  private set(set: Set<unknown>, off: Off | undefined): void {
    const members = [...Set.prototype.values.call(set)];
    this.out += `S${members.length}:`;
    if (members.length > 1) sortMembers(members);
    for (const member of members) this.value(member, off, member);
    this.properties(set, off, []);
  }

  private refuse(value: unknown, key: unknown, note?: string, type = typeTitle(value)): never {
    const path = this.path(key);
    const parameter = /^[^.[]*/.exec(path)?.[0] ?? path;
    const rule = typeName(value);
    throw new UnhashableArgumentError({
      function: this.labels.name,
      parameter,
      path,
      type,
      rule,
      ...(note ? { note } : {}),
    });
  }

  /** Where a value sits, from its parameter on. */
  path(last: unknown): string {
    let steps = last === undefined ? this.steps : [...this.steps, last];
    for (let at = this.trail; at !== undefined; at = at.before) steps = [...at.steps, ...steps];
    const [first, ...rest] = steps;
    const label = this.labels.parts[first as number] ?? `argument ${Number(first) + 1}`;
    const shown =
      rest.length > 24 ? [...rest.slice(0, 12).map(step), "…", ...rest.slice(-12).map(step)] : rest.map(step);
    return label + shown.join("");
  }
}

const ENDLESS = "an endless structure: it answers with new objects at each look";

/** Plain data holds the same object at each look; a proxy that makes up its answers does not. */
const isFresh = (value: object, key: string, item: unknown) =>
  typeof item === "object" && Object.getOwnPropertyDescriptor(value, key)?.value !== item;

function noteFor(value: object): string | undefined {
  const type = typeName(value);
  if (type === "Blob" || type === "File")
    return "its bytes can only be read later: hash its name, size and lastModified";
  if (type === "Promise") return "await it first";
  if (/Iterator|Generator/.test(typeTitle(value))) return "it can be read only once: collect it into an array first";
  return undefined;
}
