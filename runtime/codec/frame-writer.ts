import { ByteWriter } from "./byte-writer.ts";
import { ATTRIBUTE, CLOSED } from "./tags.ts";

/** Values still to be written, one after the other; `before` writes what stands before each, `after` what ends the list. */
interface WriteFrame {
  items: readonly unknown[];
  next: number;
  before: ((index: number) => void) | undefined;
  after: (() => void) | undefined;
}

/** Writes what is inside objects without recursion: it waits until what stands before it is written. */
export abstract class FrameWriter extends ByteWriter {
  private readonly stack: WriteFrame[] = [];

  /** Writes a value; what is inside of it may have to wait. */
  protected abstract one(value: unknown): void;

  value(root: unknown): void {
    this.one(root);
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (frame.next === frame.items.length) {
        this.stack.pop();
        frame.after?.();
      } else {
        frame.before?.(frame.next);
        this.one(frame.items[frame.next++]);
      }
    }
  }

  /** Properties one by one, with their attributes, and how the object is closed. */
  protected extras(value: object, keys: readonly string[]): void {
    this.varint(keys.length);
    const found = keys.map((key) => Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor);
    const before = (index: number) => {
      const { enumerable, writable, configurable } = found[index] as PropertyDescriptor;
      this.text(keys[index] as string);
      this.byte(
        (enumerable ? ATTRIBUTE.enumerable : 0) |
          (writable ? ATTRIBUTE.writable : 0) |
          (configurable ? ATTRIBUTE.configurable : 0),
      );
    };
    const closed =
      Object.isFrozen(value) && !Object.isExtensible(value)
        ? CLOSED.frozen
        : Object.isExtensible(value)
          ? CLOSED.open
          : CLOSED.inextensible;
    this.push(
      found.map((each) => each.value as unknown),
      before,
      () => this.byte(closed),
    );
  }

  protected push(items: readonly unknown[], before?: (index: number) => void, after?: () => void): void {
    this.stack.push({ items, next: 0, before, after });
  }
}
