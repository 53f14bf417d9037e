import { CachetError, messageOf, UnstorableValueError } from "../errors.ts";
import { state } from "../registry.ts";
import type { AnyCodec } from "../settings.ts";
import { memoryOf } from "../values/intrinsics.ts";
import { codecFor } from "../values/platform-codecs.ts";
import { step, typeTitle } from "../values/type-name.ts";
import { kindOf } from "../values/value-kind.ts";
import { BufferRange, BufferRanges } from "./buffer-ranges.ts";
import { COPIERS, PLATFORM_COPIER, RANGE_COPIER } from "./copiers.ts";
import { Encoded } from "./encoded.ts";
import type { Copier, CopyFrame, Graph } from "./graph.ts";
import { leafBytes, nameBytes, OBJECT_BYTES, POINTER } from "./memory-cost.ts";
import { isFlat, type ShapeInfo } from "./shape-info.ts";
import { hintFor, isPlatformValue } from "./unstorable-hints.ts";

/**
 * The private copy a cache of data keeps: independent of the value and faithful to it.
 * @throws UnstorableValueError naming the function, the path and the type of what cannot be copied.
 */
export function takeSnapshot(
  value: unknown,
  functionName: string,
  codecs: readonly AnyCodec[],
  shapeInfo: ShapeInfo,
): unknown {
  return new GraphCopy(functionName, codecs, shapeInfo).copy(value);
}

/** A caller's own copy of a snapshot that `takeSnapshot` made; any depth, but slower than by a plan. */
export function copySnapshot(snapshot: unknown): unknown {
  return new GraphCopy("", undefined, undefined).copy(snapshot);
}

/** Stands for an object whose copy does not exist before it is finished. */
const UNFINISHED = Symbol("unfinished");

/** Copies a graph without recursion, so that any depth fits on the stack; codecs run when what they take is complete. */
class GraphCopy implements Graph {
  /** Present while a value comes in; a snapshot that goes out was checked then. */
  readonly shapeInfo: ShapeInfo | undefined;
  private readonly name: string;
  private readonly codecs: readonly AnyCodec[] | undefined;
  private readonly done = new Map<object, unknown>();
  private readonly stack: CopyFrame[] = [];
  /** Where views are looked for that share memory: the value, and what codecs made of instances in it. */
  private readonly roots: object[] = [];
  private ranges: BufferRanges | undefined;
  /** True while a codec runs: what it throws is its own. */
  private isEncoding = false;
  /** True while an object is looked at before it is opened. */
  private isLooking = false;
  /** True where even plain objects have a codec. */
  private readonly hasPlainCodec: boolean;

  constructor(name: string, codecs: readonly AnyCodec[] | undefined, shapeInfo: ShapeInfo | undefined) {
    this.name = name;
    this.codecs = codecs;
    this.hasPlainCodec = codecs?.some((each) => each.class.prototype === Object.prototype) === true;
    this.shapeInfo = shapeInfo;
  }

  copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
      this.leaf(value, undefined);
      return value;
    }
    this.roots.push(value);
    try {
      return this.copyObject(value);
    } catch (error) {
      if (this.isEncoding || error instanceof CachetError) throw error;
      // A revoked proxy, detached memory.
      const frame = this.stack.at(-1);
      const key = this.isLooking ? frame?.keys[frame.next - 1] : undefined;
      const source = this.isLooking ? frame?.inside[frame.next - 1] : frame?.source;
      this.refuse(source ?? value, key, `It cannot be read: ${messageOf(error)}`);
    }
  }

  private copyObject(value: object): unknown {
    if (!this.copyFlat(value)) this.open(value);
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) this.advance(frame);
    return this.done.get(value);
  }

  /** What has to be copied for a view. A snapshot that goes out holds no more than it shows. */
  memoryFor(view: object): object {
    if (this.shapeInfo === undefined) return memoryOf(view).buffer;
    return (this.ranges ??= new BufferRanges()).memoryFor(view, this.roots);
  }

  /** The copy of something inside an object that is being finished. */
  of(value: unknown): unknown {
    return typeof value === "object" && value !== null ? this.done.get(value) : value;
  }

  /** Notes something found inside an object. */
  found(frame: CopyFrame, value: unknown, key: unknown): void {
    if (typeof value === "object" && value !== null) {
      frame.inside.push(value);
      frame.keys.push(key);
      if (this.shapeInfo !== undefined) this.shapeInfo.bytes += POINTER;
    } else {
      this.leaf(value, key, Array.isArray(frame.source));
    }
  }

  /** Says where and why copying is impossible. */
  refuse(value: unknown, key?: unknown, hint?: string, type = typeTitle(value), read?: () => Promise<void>): never {
    const keys = this.stack.slice(0, -1).map((frame) => frame.keys[frame.next - 1]);
    if (key !== undefined) keys.push(key);
    const shown =
      keys.length > 24 ? [...keys.slice(0, 12).map(step), "…", ...keys.slice(-12).map(step)] : keys.map(step);
    const path = `result${shown.join("")}`;
    throw new UnstorableValueError({ function: this.name, path, type, ...(hint && { hint }), ...(read && { read }) });
  }

  private leaf(value: unknown, key: unknown, isElement = false): void {
    if (this.shapeInfo === undefined) return;
    if (typeof value === "function" || typeof value === "symbol") this.refuse(value, key);
    this.shapeInfo.bytes += leafBytes(value, isElement);
  }

  private advance(frame: CopyFrame): void {
    while (frame.next < frame.inside.length) {
      const child = frame.inside[frame.next++] as object;
      const known = this.done.get(child);
      if (known === UNFINISHED)
        this.refuse(child, frame.keys[frame.next - 1], "A codec's own encoding must not refer back to the instance");
      if (known !== undefined) this.shapeInfo?.shared.add(known as object);
      else if (!this.copyFlat(child)) {
        this.open(child);
        return;
      }
    }
    this.stack.pop();
    this.done.set(frame.source, this.finish(frame));
  }

  /** Rows of a table, above all: objects with nothing inside are copied at once. False where one may be something else. */
  private copyFlat(source: object): boolean {
    this.isLooking = true;
    const isCopied = !this.hasPlainCodec && isFlat(source);
    this.isLooking = false;
    if (!isCopied) return false;
    if (this.shapeInfo !== undefined)
      this.shapeInfo.bytes += OBJECT_BYTES.object(source) + nameBytes(Object.keys(source));
    for (const value of Object.values(source)) this.leaf(value, undefined);
    this.done.set(source, { ...source });
    return true;
  }

  private open(source: object): void {
    const frame: CopyFrame = {
      source,
      how: undefined,
      copy: undefined,
      inside: [],
      keys: [],
      next: 0,
      encoded: undefined,
      irregular: undefined,
    };
    this.stack.push(frame);
    this.done.set(source, UNFINISHED);
    const encoded = source instanceof Encoded ? source : this.encoded(source);
    if (encoded === undefined) this.openObject(frame, source);
    else this.openEncoded(frame, encoded);
    if (frame.copy !== undefined) this.done.set(source, frame.copy);
  }

  private openEncoded(frame: CopyFrame, encoded: Encoded): void {
    frame.encoded = encoded;
    const { data } = encoded;
    if (typeof data === "object" && data !== null) this.roots.push(data);
    this.found(frame, data, "encoded");
  }

  private openObject(frame: CopyFrame, source: object): void {
    const kind = source instanceof BufferRange ? "range" : kindOf(source);
    if (kind !== undefined) frame.how = kind === "range" ? RANGE_COPIER : COPIERS[kind];
    else {
      const codec = codecFor(source, undefined) ?? state.features.messages?.codecFor(source);
      const unread = codec?.unread?.(source);
      if (unread !== undefined) this.refuse(source, undefined, unread.why, undefined, unread.read);
      if (codec?.decode !== undefined) {
        this.openEncoded(frame, this.encodedBy(codec, source));
        return;
      }
      if (!isPlatformValue(source)) this.refuse(source, undefined, hintFor(source));
      frame.how = PLATFORM_COPIER;
    }
    if (this.shapeInfo !== undefined && kind !== undefined && kind !== "range")
      this.shapeInfo.bytes += OBJECT_BYTES[kind](source);
    frame.copy = (frame.how as Copier).open(source, frame, this);
  }

  private encodedBy(codec: AnyCodec, source: object): Encoded {
    this.isEncoding = true;
    const data: unknown = codec.encode(source);
    this.isEncoding = false;
    return new Encoded(codec, data);
  }

  private encoded(source: object): Encoded | undefined {
    if (this.codecs === undefined || this.codecs.length === 0) return undefined;
    const prototype = Object.getPrototypeOf(source);
    const codec = this.codecs.find((each) => each.class.prototype === prototype);
    return codec === undefined ? undefined : this.encodedBy(codec, source);
  }

  private finish(frame: CopyFrame): unknown {
    const { encoded } = frame;
    if (encoded === undefined) return (frame.how as Copier).finish(frame, this);
    const data = this.of(encoded.data);
    if (this.codecs !== undefined) return new Encoded(encoded.codec, data);
    this.isEncoding = true;
    const made: unknown = encoded.codec.decode(data);
    this.isEncoding = false;
    return made;
  }
}
