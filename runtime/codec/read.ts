import { emptyShared, inBytes } from "../snapshot/copiers.ts";
import { LARGE } from "../snapshot/copy-plan.ts";
import type { ShapeInfo } from "../snapshot/shape-info.ts";
import { BuiltInDate, ERRORS, VIEWS } from "../values/built-ins.ts";
import { defineValue } from "../values/intrinsics.ts";
import { valueClasses } from "../values/value-classes.ts";
import { emptyError, kindOf, sparseArray } from "../values/value-kind.ts";
import { damaged } from "./byte-reader.ts";
import { FrameReader } from "./frame-reader.ts";
import { CLASS, TAG, type Tag } from "./tags.ts";

/** Makes the box of a codec's data; throws where no codec has that name. The data is complete only later. */
/** Tags of primitives, and of objects as literals make them. */
type PlainTag =
  | Tag<"undefined" | "null" | "true" | "false" | "integer" | "double" | "latin1" | "utf16" | "bigint">
  | Tag<"reference" | "object" | "array">;
type MakeEncoded = (name: string, data: unknown) => { data: unknown };

/**
 * Turns bytes back into a snapshot, without recursion. Bytes may be hostile: every length is checked against what is
 * left before anything is allocated, properties are defined and never assigned, and nothing but data is made.
 */
export class Reader extends FrameReader {
  /** Bytes of arrays that were left where they lie. */
  bytesInPlace = 0;
  private readonly mayKeep: boolean;
  private readonly makeEncoded: MakeEncoded;
  private readonly shapes: string[][] = [];

  /** `mayKeep`: the reader owns the bytes, so large arrays need no copy. */
  constructor(bytes: Uint8Array, start: number, makeEncoded: MakeEncoded, shapeInfo: ShapeInfo, mayKeep: boolean) {
    super(bytes, start, shapeInfo);
    this.makeEncoded = makeEncoded;
    this.mayKeep = mayKeep;
  }

  protected one(): unknown {
    // Bytes may say anything: what is no tag falls through all cases.
    const tag = this.byte() as Tag;
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.integer: {
        const value = this.varint();
        return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
      }
      case TAG.double:
        return this.double();
      case TAG.latin1:
      case TAG.utf16:
        this.at--;
        return this.text();
      case TAG.bigint:
        return readBigInt(this.text());
      case TAG.reference: {
        const found = this.objects[this.varint()];
        if (found === undefined) throw damaged("reference");
        this.shapeInfo.shared.add(found);
        return found;
      }
      case TAG.object:
        return this.plainObject();
      case TAG.array:
        return this.plainArray();
      default:
        return this.special(tag);
    }
  }

  private plainObject(): object {
    return this.properties({}, this.knownShape(), 0);
  }

  private instance(): object {
    const keys = this.knownShape();
    return this.properties(emptyInstance(keys[0]), keys, 1);
  }

  private knownShape(): string[] {
    const id = this.varint();
    if (id > this.shapes.length) throw damaged("shape");
    if (id === this.shapes.length) this.shapes.push(this.newShape());
    return this.shapes[id] as string[];
  }

  /** Fills an object with the values of its keys, from one of them on. */
  private properties(object: Record<string, unknown>, keys: readonly string[], from: number): object {
    if (keys.length - from > this.bytes.length - this.at) throw damaged("count");
    this.add(object);
    let next = from;
    while (next < keys.length && this.isFlat()) define(object, keys[next++] as string, this.one());
    if (next < keys.length) this.later(keys.length - next, (value) => define(object, keys[next++] as string, value));
    return object;
  }

  /** True where the next value is complete once it is read. What may hold others waits on the stack instead. */
  private isFlat(): boolean {
    return (this.bytes[this.at] as number) <= TAG.reference;
  }

  private newShape(): string[] {
    const keys: string[] = [];
    const seen = new Set<string>();
    for (let left = this.count(2); left > 0; left--) {
      const key = this.text();
      keys.push(key);
      seen.add(key);
    }
    if (seen.size !== keys.length) throw damaged("shape");
    return keys;
  }

  private plainArray(): object {
    const array: unknown[] = [];
    this.add(array);
    let left = this.count();
    for (; left > 0 && this.isFlat(); left--) array.push(this.one());
    if (left > 0) this.later(left, (value) => array.push(value));
    return array;
  }

  private special(tag: Exclude<Tag, PlainTag>): object {
    switch (tag) {
      case TAG.instance:
        return this.instance();
      case TAG.irregularInstance:
        return this.withExtras(emptyInstance(this.text()), true);
      case TAG.irregularObject:
        return this.withExtras({}, true);
      case TAG.nullObject:
        return this.withExtras(Object.create(null) as object, true);
      case TAG.irregularArray: {
        const length = this.varint();
        if (length > 4294967295) throw damaged("length");
        return this.withExtras(sparseArray(length), true);
      }
      case TAG.map: {
        const map = new Map<unknown, unknown>();
        const held: unknown[] = [];
        const put = (value: unknown) => {
          if (held.push(value) === 2) map.set(held[0], held.splice(0)[1]);
        };
        return this.fill(map, this.count(2) * 2, put, () => this.extras(map));
      }
      case TAG.set: {
        const set = new Set<unknown>();
        return this.fill(
          set,
          this.count(),
          (value) => set.add(value),
          () => this.extras(set),
        );
      }
      case TAG.date:
        return this.withExtras(new BuiltInDate(this.double()));
      case TAG.regexp:
        return this.withExtras(new RegExp(this.text(), this.text()));
      case TAG.url:
        return this.withExtras(new URL(this.text()));
      case TAG.params:
        return this.withExtras(
          new URLSearchParams(Array.from({ length: this.count(4) }, () => [this.text(), this.text()])),
        );
      case TAG.boxed:
        return this.boxed();
      case TAG.error:
        return this.error();
      case TAG.encoded: {
        const box = this.makeEncoded(this.text(), undefined);
        return this.fill(box, 1, (value) => {
          box.data = value;
        });
      }
      default:
        return this.binary(tag);
    }
  }

  private boxed(): object {
    const value = this.one();
    if (value === null || value === undefined || typeof value === "object") throw damaged("boxed");
    return this.withExtras(Object(value) as object);
  }

  private error(): object {
    const name = ERRORS[this.byte()];
    const stack = this.one();
    const [title, message] = name === "DOMException" ? [this.one(), this.one()] : [];
    const error = [stack, title, message].every((text) => text === undefined || typeof text === "string")
      ? emptyError(name, stack as string, title as string, message as string)
      : undefined;
    if (error === undefined) throw damaged("error");
    return this.withExtras(error);
  }

  /** What is left; a tag that is not named here or before does not compile. */
  private binary(tag: Tag<"view" | "irregularBuffer" | "buffer" | "resizable" | "shared" | "growable">): object {
    if (tag === TAG.view) return this.view();
    if (tag !== TAG.irregularBuffer) return this.buffer(tag);
    const buffer = this.buffer(this.byte());
    this.extras(buffer);
    return buffer;
  }

  private buffer(tag: number): object {
    const length = this.count();
    if (tag === TAG.buffer) return this.add(this.raw(length).buffer);
    if (tag === TAG.shared || tag === TAG.growable) {
      const shared = emptyShared(length, tag === TAG.growable ? this.varint() : undefined);
      new Uint8Array(shared).set(this.raw(length));
      return this.add(shared);
    }
    if (tag !== TAG.resizable) throw damaged("tag");
    const maxByteLength = this.varint();
    const make = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
    const buffer = new make(length, { maxByteLength });
    new Uint8Array(buffer).set(this.raw(length));
    return this.add(buffer);
  }

  private view(): object {
    const number = this.objects.push(undefined) - 1;
    const name = VIEWS[this.byte()];
    const inPlace = this.mayKeep ? this.viewInPlace(name) : undefined;
    if (inPlace !== undefined) {
      this.objects[number] = inPlace;
      return inPlace;
    }
    const buffer = this.one();
    const [offset, length] = [this.varint(), this.varint()];
    const made = name === undefined ? undefined : (globalThis as Record<string, unknown>)[name];
    const kind = typeof buffer === "object" && buffer !== null ? kindOf(buffer) : undefined;
    const isBuffer = kind === "buffer" || kind === "shared";
    if (typeof made !== "function" || !isBuffer) throw damaged("view");
    const view =
      name === "Buffer"
        ? (made as unknown as { from(buffer: unknown, offset: number, length: number): object }).from(
            buffer,
            offset,
            length,
          )
        : new (made as new (buffer: unknown, offset: number, length: number) => object)(buffer, offset, length);
    this.objects[number] = view;
    return view;
  }

  /**
   * A large typed array over all of its memory stays where it lies. Its memory has a number too, but is not there to be
   * referred to: who does so finds the bytes damaged, and they are read once more with copies.
   */
  private viewInPlace(name: string | undefined): object | undefined {
    const start = this.at;
    if (this.byte() === TAG.buffer && /^(Int|Uint|Float|Big)/.test(name ?? "")) {
      const length = this.count();
      const memory = length < LARGE ? undefined : this.rawInPlace(length);
      const made = (globalThis as Record<string, unknown>)[name as string] as Float64ArrayConstructor | undefined;
      if (memory !== undefined && made !== undefined && memory.byteOffset % made.BYTES_PER_ELEMENT === 0) {
        const [offset, count] = [this.varint(), this.varint()];
        if (offset === 0 && count * made.BYTES_PER_ELEMENT === length) {
          const view = new made(memory.buffer as ArrayBuffer, memory.byteOffset, count);
          this.objects.push(undefined);
          this.bytesInPlace += length;
          inBytes.add(view);
          return view;
        }
      }
    }
    this.at = start;
    return undefined;
  }
}

/** An instance of a class that the build has told of, without its fields. */
function emptyInstance(name = ""): Record<string, unknown> {
  const prototype = name.startsWith(CLASS) ? valueClasses()?.prototypeOf(name.slice(CLASS.length)) : undefined;
  if (prototype === undefined) throw damaged("class");
  return Object.create(prototype) as Record<string, unknown>;
}

/** Assigning would set the prototype for `__proto__`, call a setter that is inherited, and fail for what a frozen prototype has too. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object) defineValue(object, key, value);
  else object[key] = value;
}

function readBigInt(text: string): bigint {
  const match = /^(-?)([0-9a-f]+)$/.exec(text);
  if (match === null) throw damaged("bigint");
  const value = BigInt(`0x${match[2]}`);
  return match[1] === "-" ? -value : value;
}
