import { SourceMap } from "magic-string";
import { toPosix } from "../syntax/paths.ts";

/** `[generated column]` for text that no source has, or with the source's index, line and column. */
type Segment = [number] | [number, number, number, number];

/**
 * How inserted text shows in a source map:
 *
 * - `hidden`: it comes from nowhere, token by token, so that coverage tools count none of its functions, branches and
 *   statements as the user's. Its method calls alone map to the place `calls`, for the frames of a stack;
 * - `start`: its first character stands for the source at this offset, what follows belongs to that too;
 * - nothing: it belongs to what stands before it.
 */
type InsertionOrigin = "hidden" | { hidden: true; calls: number } | { start: number } | undefined;

interface Piece {
  text: string;
  origin: InsertionOrigin;
}

/** A source text and what is inserted at its offsets. Nothing is ever replaced. */
export class Insertions {
  readonly #source: string;
  readonly #originalOf: (offset: number) => number;
  readonly #before = new Map<number, Piece[]>();
  readonly #after = new Map<number, Piece[]>();

  /** `originalOf`: where a place that is asked for lies in the source. */
  constructor(source: string, originalOf = (offset: number): number => offset) {
    this.#source = source;
    this.#originalOf = originalOf;
  }

  /** At the end of what closes at this offset: outside of all that was put there so far. */
  close(offset: number, text: string, origin?: InsertionOrigin): void {
    this.#at(this.#before, offset).push({ text, origin: this.#place(origin) });
  }

  /** The same, inside of all that was put there so far. */
  closeInside(offset: number, text: string, origin?: InsertionOrigin): void {
    this.#at(this.#before, offset).unshift({ text, origin: this.#place(origin) });
  }

  /** At the start of what opens at this offset: outside of all that was put there so far. */
  open(offset: number, text: string, origin?: InsertionOrigin): void {
    this.#at(this.#after, offset).unshift({ text, origin: this.#place(origin) });
  }

  /** The same, inside of all that was put there so far. */
  openInside(offset: number, text: string, origin?: InsertionOrigin): void {
    this.#at(this.#after, offset).push({ text, origin: this.#place(origin) });
  }

  #at(map: Map<number, Piece[]>, asked: number): Piece[] {
    const offset = this.#originalOf(asked);
    const known = map.get(offset);
    if (known) return known;
    const made: Piece[] = [];
    map.set(offset, made);
    return made;
  }

  #place(origin: InsertionOrigin): InsertionOrigin {
    if (origin === undefined || origin === "hidden") return origin;
    if ("start" in origin) return { start: this.#originalOf(origin.start) };
    return { hidden: true, calls: this.#originalOf(origin.calls) };
  }

  /** The text with everything inserted, and its source map. */
  emit(fileName: string): { code: string; map: SourceMap } {
    const writer = new Writer(this.#source);
    const offsets = [...new Set([...this.#before.keys(), ...this.#after.keys()])].sort((a, b) => a - b);
    for (const offset of offsets) {
      writer.copyTo(offset);
      for (const piece of this.#before.get(offset) ?? []) writer.insert(piece);
      for (const piece of this.#after.get(offset) ?? []) writer.insert(piece);
    }
    writer.copyTo(this.#source.length);
    const sources = [toPosix(fileName)];
    const mappings = writer.lines as never;
    return {
      code: writer.code,
      map: new SourceMap({ sources, sourcesContent: [this.#source], names: [], mappings } as never),
    };
  }
}

/** Anything coarser than words loses the columns inside a line. */
const WORD = /[\w$]+|[^\w$]/g;

class Writer {
  readonly #source: string;
  readonly lines: Segment[][] = [[]];
  code = "";
  #offset = 0;
  #column = 0;
  #sourceLine = 0;
  #sourceColumn = 0;

  constructor(source: string) {
    this.#source = source;
  }

  copyTo(end: number): void {
    const text = this.#source.slice(this.#offset, end);
    for (const [word] of text.matchAll(WORD)) {
      this.#map([this.#column, 0, this.#sourceLine, this.#sourceColumn]);
      if (word === "\n") this.#newLine();
      else this.#advance(word.length);
    }
    this.code += text;
    this.#offset = end;
  }

  insert({ text, origin }: Piece): void {
    if (origin !== undefined && (origin === "hidden" || "hidden" in origin)) this.#insertHidden(text, origin);
    else {
      if (origin) this.#map(this.#at(origin.start));
      this.#column += text.length;
    }
    this.code += text;
  }

  #insertHidden(text: string, origin: "hidden" | { calls: number }): void {
    const start = this.#column;
    for (const { 0: word, index } of text.matchAll(WORD)) {
      this.#column = start + index;
      const isCall = origin !== "hidden" && text[index - 1] === "." && text[index + word.length] === "(";
      this.#map(isCall ? this.#at(origin.calls) : [this.#column]);
    }
    this.#column = start + text.length;
  }

  #at(offset: number): Segment {
    const lineStart = this.#source.lastIndexOf("\n", offset - 1) + 1;
    if (offset < this.#offset) {
      const line = this.#sourceLine - countLines(this.#source, offset, this.#offset);
      return [this.#column, 0, line, offset - lineStart];
    }
    return [this.#column, 0, this.#sourceLine + countLines(this.#source, this.#offset, offset), offset - lineStart];
  }

  #map(segment: Segment): void {
    (this.lines.at(-1) as Segment[]).push(segment);
  }

  #advance(by: number): void {
    this.#column += by;
    this.#sourceColumn += by;
  }

  #newLine(): void {
    this.lines.push([]);
    this.#column = 0;
    this.#sourceLine++;
    this.#sourceColumn = 0;
  }
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
