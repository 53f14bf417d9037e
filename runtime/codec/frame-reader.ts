import { noteIrregular, type ShapeInfo } from "../snapshot/shape-info.ts";
import { defineValue } from "../values/intrinsics.ts";
import { ByteReader, damaged } from "./byte-reader.ts";
import { ATTRIBUTE, CLOSED } from "./tags.ts";

/** An object being filled: how many values it still takes, and what to do with each and at the end. */
interface ReadFrame {
  left: number;
  /** Reads what stands before a value; runs before each. */
  before: (() => void) | undefined;
  put: (value: unknown) => void;
  after: (() => void) | undefined;
}

/** Fills objects from bytes, without recursion: what is inside an object is read when the object is there to take it. */
export abstract class FrameReader extends ByteReader {
  protected readonly shapeInfo: ShapeInfo;
  /** Objects in the order they appeared, which are their numbers. */
  protected readonly objects: (object | undefined)[] = [];
  private readonly stack: ReadFrame[] = [];

  constructor(bytes: Uint8Array, start: number, shapeInfo: ShapeInfo) {
    super(bytes, start);
    this.shapeInfo = shapeInfo;
  }

  /** Reads what stands next; what is inside of it may have to wait. */
  protected abstract one(): unknown;

  value(): unknown {
    const root = this.one();
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (frame.left === 0) {
        this.stack.pop();
        frame.after?.();
      } else {
        frame.left--;
        frame.before?.();
        frame.put(this.one());
      }
    }
    return root;
  }

  protected add<T extends object>(object: T): T {
    this.objects.push(object);
    return object;
  }

  protected fill(object: object, left: number, put: (value: unknown) => void, after?: () => void): object {
    this.later(left, put, after);
    return this.add(object);
  }

  protected later(left: number, put: (value: unknown) => void, after?: () => void): void {
    this.stack.push({ left, before: undefined, put, after });
  }

  protected withExtras(object: object, isOrdinary = false): object {
    this.add(object);
    this.extras(object, isOrdinary);
    return object;
  }

  protected extras(object: object, isOrdinary = false): void {
    const left = this.count(4);
    const keys: string[] = [];
    const seen = new Set<string>();
    let key = "";
    let attributes = 0;
    const before = () => {
      key = this.text();
      if (seen.has(key)) throw damaged("property");
      seen.add(key);
      keys.push(key);
      attributes = this.byte();
    };
    const put = (value: unknown) => {
      defineValue(object, key, value, {
        enumerable: (attributes & ATTRIBUTE.enumerable) !== 0,
        writable: (attributes & ATTRIBUTE.writable) !== 0,
        configurable: (attributes & ATTRIBUTE.configurable) !== 0,
      });
    };
    const after = () => {
      const closed = this.byte();
      if (closed === CLOSED.frozen) Object.freeze(object);
      else if (closed === CLOSED.inextensible) Object.preventExtensions(object);
      if (left > 0 || closed !== CLOSED.open || Array.isArray(object))
        noteIrregular(this.shapeInfo, object, keys, isOrdinary);
    };
    this.stack.push({ left, before, put, after });
  }
}
