import { Encoded } from "../snapshot/encoded.ts";
import type { ShapeInfo } from "../snapshot/shape-info.ts";
import { ERRORS, VIEWS } from "../values/built-ins.ts";
import {
  bufferMaxLength,
  dateTime,
  isGrowable,
  isResizable,
  mapEntries,
  memoryOf,
  platformPairs,
  platformProperty,
  regExpFlags,
  regExpSource,
  setSize,
  setValues,
  sharedMaxLength,
} from "../values/intrinsics.ts";
import { typeName } from "../values/type-name.ts";
import { bytesOf, className, isDOMException, type Kind, kindOf, unbox } from "../values/value-kind.ts";
import { FrameWriter } from "./frame-writer.ts";
import { CLASS, TAG } from "./tags.ts";

/** Known lists of keys, one key a level. */
interface Shapes {
  next: Map<string, Shapes>;
  id: number | undefined;
}

/** Thrown for what only lives in memory; `type` names it. */
export class OnlyInMemory extends Error {
  readonly type: string;

  constructor(type: string) {
    super(`${type} cannot be written to a store`);
    this.type = type;
  }
}

/** Turns a snapshot into bytes, without recursion. Snapshots were checked when they were made: this only distinguishes. */
export class Writer extends FrameWriter {
  /** What was learned when the snapshot was made, if that is known: then nothing is looked at again. */
  private readonly shapeInfo: ShapeInfo | undefined;
  private objectCount = 0;
  /** Numbers of objects that may be referred to again. */
  private readonly numbers = new Map<object, number>();
  private readonly shapes: Shapes = { next: new Map(), id: undefined };
  private shapeCount = 0;
  private lastShape: { keys: readonly string[]; id: number } | undefined;

  constructor(shapeInfo: ShapeInfo | undefined) {
    super();
    this.shapeInfo = shapeInfo;
  }

  protected one(value: unknown): void {
    switch (typeof value) {
      case "undefined":
        this.byte(TAG.undefined);
        break;
      case "boolean":
        this.byte(value ? TAG.true : TAG.false);
        break;
      case "number":
        this.number(value);
        break;
      case "string":
        this.text(value);
        break;
      case "bigint":
        this.byte(TAG.bigint);
        this.text(value.toString(16));
        break;
      case "object":
        if (value === null) this.byte(TAG.null);
        else this.object(value);
        break;
      default:
        throw new OnlyInMemory(typeof value);
    }
  }

  private number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.byte(TAG.integer);
      this.varint(value < 0 ? -2 * value - 1 : 2 * value);
    } else {
      this.byte(TAG.double);
      this.double(value);
    }
  }

  private object(value: object): void {
    const number = this.numbers.get(value);
    if (number !== undefined) {
      this.byte(TAG.reference);
      this.varint(number);
      return;
    }
    if (this.shapeInfo === undefined || this.shapeInfo.shared.has(value)) this.numbers.set(value, this.objectCount);
    this.objectCount++;
    if (value instanceof Encoded) {
      this.byte(TAG.encoded);
      this.text(value.codec.name);
      this.push([value.data]);
      return;
    }
    const kind = kindOf(value);
    if (kind === "object" || kind === "array" || kind === "instance") this.ordinary(value, kind);
    else this.special(value, kind);
  }

  /** Instances of one class mostly have the same fields: its name is the first key of their shape. */
  private ordinary(value: object, kind: "object" | "array" | "instance"): void {
    if (kind === "array") {
      this.array(value as unknown[]);
      return;
    }
    const name = kind === "instance" ? CLASS + className(value) : undefined;
    if (this.isIrregular(value)) {
      this.byte(name ? TAG.irregularInstance : TAG.irregularObject);
      if (name) this.text(name);
      this.extras(value, Reflect.ownKeys(value) as string[]);
    } else {
      const keys = Object.keys(value);
      this.byte(name ? TAG.instance : TAG.object);
      this.shape(name ? [name, ...keys] : keys);
      this.properties(value as Record<string, unknown>, keys);
    }
  }

  /** Up to the first object they are written at once; what follows one has to wait for it. */
  private properties(value: Record<string, unknown>, keys: readonly string[]): void {
    for (let i = 0; i < keys.length; i++) {
      const item = value[keys[i] as string];
      if (typeof item === "object" && item !== null) {
        this.push(keys.slice(i).map((key) => value[key]));
        return;
      }
      this.one(item);
    }
  }

  private array(value: unknown[]): void {
    if (!this.isIrregular(value) && hasNoHoles(value)) {
      this.byte(TAG.array);
      this.varint(value.length);
      this.push(value);
    } else {
      this.byte(TAG.irregularArray);
      this.varint(value.length);
      this.extras(
        value,
        (Reflect.ownKeys(value) as string[]).filter((key) => key !== "length"),
      );
    }
  }

  /** True for anything but an object as a literal makes it, or a list with nothing put on it. */
  private isIrregular(value: object): boolean {
    const { shapeInfo } = this;
    if (shapeInfo !== undefined) return shapeInfo.irregular.has(value) || shapeInfo.frozen.has(value);
    if (!Object.isExtensible(value)) return true;
    const keys = Reflect.ownKeys(value);
    if (Array.isArray(value) && keys.length !== value.length + 1) return true;
    return keys.some((key) => {
      const found = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      return !(found.enumerable && found.writable && found.configurable) && !(key === "length" && Array.isArray(value));
    });
  }

  /** Rows mostly follow rows with the same keys. */
  private shape(keys: readonly string[]): void {
    const { lastShape } = this;
    if (lastShape !== undefined && areEqual(lastShape.keys, keys)) {
      this.varint(lastShape.id);
      return;
    }
    let at = this.shapes;
    for (const key of keys) {
      let next = at.next.get(key);
      if (next === undefined) at.next.set(key, (next = { next: new Map(), id: undefined }));
      at = next;
    }
    const isNew = at.id === undefined;
    at.id ??= this.shapeCount++;
    this.lastShape = { keys, id: at.id };
    this.varint(at.id);
    if (!isNew) return;
    this.varint(keys.length);
    for (const key of keys) this.text(key);
  }

  private special(value: object, kind: Exclude<Kind, "object" | "array" | "instance"> | undefined): void {
    switch (kind) {
      case "null":
        this.tagged(TAG.nullObject, value, Reflect.ownKeys(value) as string[]);
        break;
      case "map": {
        const items = [...mapEntries(value)].flat(1);
        this.collection(TAG.map, value, items.length / 2, items);
        break;
      }
      case "set":
        this.collection(TAG.set, value, setSize(value), [...setValues(value)]);
        break;
      case "date":
        this.byte(TAG.date);
        this.double(dateTime(value));
        this.extras(value, Reflect.ownKeys(value) as string[]);
        break;
      case "regexp":
        this.byte(TAG.regexp);
        this.text(regExpSource(value));
        this.text(regExpFlags(value as RegExp));
        this.extras(value, Reflect.ownKeys(value) as string[]);
        break;
      case "url":
        this.byte(TAG.url);
        this.text(platformProperty(value, "href"));
        this.extras(value, this.added(value, new URL("a:b")));
        break;
      case "params":
        this.params(value as URLSearchParams);
        break;
      case "boxed":
        this.byte(TAG.boxed);
        this.one(unbox(value));
        this.extras(value, this.added(value, Object(unbox(value))));
        break;
      case "error":
        this.error(value as Error);
        break;
      default:
        this.binary(value, kind);
    }
  }

  private params(value: URLSearchParams): void {
    const pairs = platformPairs(value);
    this.byte(TAG.params);
    this.varint(pairs.length);
    for (const text of pairs.flat()) this.text(text);
    this.extras(value, this.added(value, new URLSearchParams()));
  }

  private error(value: Error): void {
    this.byte(TAG.error);
    this.byte(ERRORS.indexOf(className(value)));
    this.one(typeof value.stack === "string" && Object.hasOwn(value, "stack") ? value.stack : undefined);
    if (isDOMException(value)) {
      this.one(platformProperty(value, "name"));
      this.one(platformProperty(value, "message"));
    }
    this.extras(
      value,
      Object.getOwnPropertyNames(value).filter((key) => key !== "stack"),
    );
  }

  /** What is left; a kind that is not named here or before does not compile. */
  private binary(value: object, kind: "typed" | "dataview" | "buffer" | "shared" | "blob" | undefined): void {
    if (kind === "typed" || kind === "dataview") {
      const { buffer, byteOffset, byteLength } = memoryOf(value);
      this.byte(TAG.view);
      this.byte(VIEWS.indexOf(className(value)));
      this.object(buffer);
      this.varint(byteOffset);
      this.varint(byteLength / elementSize(className(value)));
    } else if (kind === "buffer" || kind === "shared") {
      const bytes = bytesOf(value as ArrayBuffer);
      const isFixed = !(kind === "buffer" ? isResizable(value) : isGrowable(value));
      const greatest = kind === "buffer" ? bufferMaxLength : sharedMaxLength;
      const added = Reflect.ownKeys(value) as string[];
      const isIrregular = added.length > 0 || !Object.isExtensible(value);
      if (isIrregular) this.byte(TAG.irregularBuffer);
      if (kind === "buffer") this.byte(isFixed ? TAG.buffer : TAG.resizable);
      else this.byte(isFixed ? TAG.shared : TAG.growable);
      this.varint(bytes.length);
      if (!isFixed) this.varint(greatest(value) as number);
      this.raw(bytes);
      if (isIrregular) this.extras(value, added);
    } else {
      throw new OnlyInMemory(typeName(value));
    }
  }

  private added(value: object, plain: object): string[] {
    const own = new Set<PropertyKey>(Object.getOwnPropertyNames(plain));
    // A stand-in for a class of the platform keeps its state under symbols.
    return Object.getOwnPropertyNames(value).filter((key) => !own.has(key));
  }

  private tagged(tag: number, value: object, keys: string[]): void {
    this.byte(tag);
    this.extras(value, keys);
  }

  private collection(tag: number, value: object, size: number, items: readonly unknown[]): void {
    this.byte(tag);
    this.varint(size);
    this.push(items, undefined, () => this.extras(value, Reflect.ownKeys(value) as string[]));
  }
}

const elementSize = (name: string): number =>
  (globalThis as unknown as Record<string, { BYTES_PER_ELEMENT?: number }>)[name]?.BYTES_PER_ELEMENT ?? 1;

/** False for an array with holes. */
function hasNoHoles(items: readonly unknown[]): boolean {
  for (let i = 0; i < items.length; i++) if (items[i] === undefined && !(i in items)) return false;
  return true;
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
