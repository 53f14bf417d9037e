import { TAG } from "./tags.ts";

/** Room after raw bytes for padding and what ends a value: a second, larger copy of a large array only for that would be a waste. */
const MARGIN = 64;

/** Memory that grows while numbers, texts and bytes are written into it. */
export class ByteWriter {
  length = 0;
  private bytes = new Uint8Array(256);
  private data = new DataView(this.bytes.buffer);

  view(end: number): Uint8Array {
    return this.bytes.subarray(0, end);
  }

  /** What was written, without another copy where the memory is nearly full of it. */
  take(): Uint8Array {
    const view = this.view(this.length);
    return this.bytes.length - this.length <= MARGIN ? view : view.slice();
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  uint32(value: number): void {
    this.room(4);
    this.data.setUint32(this.length, value, true);
    this.length += 4;
  }

  protected varint(value: number): void {
    let rest = value;
    this.room(10);
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  protected double(value: number): void {
    this.room(8);
    this.data.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Most texts need one byte a character: the first that needs two starts over. */
  protected text(value: string): void {
    const start = this.length;
    this.byte(TAG.latin1);
    this.varint(value.length);
    this.room(value.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 255) {
        this.length = start;
        this.wideText(value);
        return;
      }
      bytes[at++] = unit;
    }
    this.length = at;
  }

  private wideText(value: string): void {
    this.byte(TAG.utf16);
    this.varint(value.length);
    this.room(value.length * 2);
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      this.bytes[this.length++] = unit & 255;
      this.bytes[this.length++] = unit >> 8;
    }
  }

  /** Bytes as they are, at a multiple of 8, so that a reader can lay a typed array over them. */
  protected raw(bytes: Uint8Array): void {
    this.room(bytes.length + MARGIN);
    while (this.length % 8 !== 0) this.bytes[this.length++] = 0;
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes);
    this.bytes = grown;
    this.data = new DataView(grown.buffer);
  }
}
