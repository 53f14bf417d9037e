import { latin1 } from "#platform";
import { TAG } from "./tags.ts";

/** Shorter texts are put together from a few characters at a time. */
const SHORT = 24;

export const damaged = (what: string) => new RangeError(`damaged bytes: ${what}`);

/** Takes numbers, texts and bytes from memory that may hold anything: every length is checked against what is left. */
export class ByteReader {
  protected readonly bytes: Uint8Array;
  protected at: number;
  private readonly data: DataView;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  protected byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw damaged("cut off");
    return value;
  }

  protected varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw damaged("number");
  }

  /** A count of things that take at least `size` bytes each, so that it cannot ask for more than there is. */
  protected count(size = 1): number {
    const value = this.varint();
    if (value * size > this.bytes.length - this.at) throw damaged("count");
    return value;
  }

  protected double(): number {
    if (this.at + 8 > this.bytes.length) throw damaged("cut off");
    this.at += 8;
    return this.data.getFloat64(this.at - 8, true);
  }

  protected text(): string {
    const tag = this.byte();
    if (tag !== TAG.latin1 && tag !== TAG.utf16) throw damaged("text");
    const length = this.count(tag === TAG.utf16 ? 2 : 1);
    return tag === TAG.utf16 ? this.units(length) : this.characters(length);
  }

  private characters(length: number): string {
    const start = this.at;
    this.at += length;
    if (length > SHORT) return latin1(this.bytes.subarray(start, this.at));
    const { bytes } = this;
    let text = "";
    let i = start;
    for (; i + 4 <= this.at; i += 4)
      text += String.fromCharCode(
        bytes[i] as number,
        bytes[i + 1] as number,
        bytes[i + 2] as number,
        bytes[i + 3] as number,
      );
    for (; i < this.at; i++) text += String.fromCharCode(bytes[i] as number);
    return text;
  }

  private units(length: number): string {
    let text = "";
    for (let done = 0; done < length; ) {
      const part = new Array<number>(Math.min(8192, length - done));
      for (let i = 0; i < part.length; i++) part[i] = this.data.getUint16(this.at + 2 * (done + i), true);
      text += String.fromCharCode(...part);
      done += part.length;
    }
    this.at += 2 * length;
    return text;
  }

  protected raw(length: number): Uint8Array {
    // A store may hand over a Buffer, whose `slice` makes no copy.
    return new Uint8Array(this.rawInPlace(length));
  }

  protected rawInPlace(length: number): Uint8Array {
    this.at += (8 - (this.at % 8)) % 8;
    if (this.at + length > this.bytes.length) throw damaged("cut off");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
