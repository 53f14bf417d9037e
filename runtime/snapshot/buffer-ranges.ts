import { mapEntries, memoryOf, setValues } from "../values/intrinsics.ts";
import { type HeldByProperties, kindOf } from "../values/value-kind.ts";

/** No typed array has wider elements, so ranges begin at a multiple of it. */
const ALIGNMENT = 8;

/** The part of a buffer that some views of a value show. */
export class BufferRange {
  /** Where its copy begins in the buffer. */
  readonly start: number;
  readonly from: number;
  end: number;
  private readonly buffer: ArrayBuffer;

  constructor(buffer: ArrayBuffer, from: number, end: number) {
    this.buffer = buffer;
    this.from = from;
    this.end = end;
    this.start = from - (from % ALIGNMENT);
  }

  /** Memory of its own with these bytes; the few before them that only align it are zero. */
  copy(): ArrayBuffer {
    const bytes = new Uint8Array(this.buffer, this.from, this.end - this.from);
    if (this.start === this.from) return new Uint8Array(bytes).buffer;
    const own = new Uint8Array(this.end - this.start);
    own.set(bytes, this.from - this.start);
    return own.buffer;
  }
}

/** What a value shows of one buffer. */
interface BufferUse {
  /** True if the value holds the buffer itself. */
  isWhole: boolean;
  views: { from: number; end: number }[];
  /** Worked out when first needed: ranges of overlapping views, in order. */
  ranges: BufferRange[] | undefined;
}

/**
 * Finds out which bytes a value shows. A view is often a small part of memory that it shares with strangers: Node's pool, the
 * memory of a WebAssembly program, a message. So a copy takes what the views span and no more: views that overlap go on
 * sharing memory, and all go on sharing the whole buffer if the value holds it, or shows all of it.
 */
export class BufferRanges {
  private readonly buffers = new Map<object, BufferUse>();
  private readonly seen = new Set<object>();

  /** What has to be copied for a view: its buffer, or a part of it. `roots` are the values it was found in. */
  memoryFor(view: object, roots: readonly object[]): object {
    const { buffer, byteOffset: from, byteLength } = memoryOf(view);
    const size = new Uint8Array(buffer).length;
    if (byteLength === size) return buffer;
    for (const root of roots) this.look(root);
    const shown = this.shown(buffer);
    shown.ranges ??= rangesOf(buffer, shown.views);
    if (shown.isWhole || isAll(shown.views, size)) return buffer;
    const range = shown.ranges.find((each) => each.from <= from && from + byteLength <= each.end);
    return range ?? new BufferRange(buffer, from, from + byteLength);
  }

  private shown(buffer: object): BufferUse {
    let shown = this.buffers.get(buffer);
    if (shown === undefined) this.buffers.set(buffer, (shown = { isWhole: false, views: [], ranges: undefined }));
    return shown;
  }

  /** Notes every view and buffer inside a value. */
  private look(root: object): void {
    const pending: unknown[] = [root];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value !== "object" || value === null || this.seen.has(value)) continue;
      this.seen.add(value);
      const kind = kindOf(value);
      if (kind === "buffer" || kind === "shared") this.shown(value).isWhole = true;
      else if (kind === "typed" || kind === "dataview") {
        const { buffer, byteOffset: from, byteLength } = memoryOf(value);
        this.shown(buffer).views.push({ from, end: from + byteLength });
      } else if (kind !== undefined) {
        if (kind === "map") for (const pair of mapEntries(value)) pending.push(...pair);
        else if (kind === "set") for (const member of setValues(value)) pending.push(member);
        else kind satisfies HeldByProperties;
        for (const key of Reflect.ownKeys(value)) pending.push(Object.getOwnPropertyDescriptor(value, key)?.value);
      }
    }
  }
}

/** Puts views in order, and those together that overlap. */
function rangesOf(buffer: ArrayBuffer, views: BufferUse["views"]): BufferRange[] {
  const ranges: BufferRange[] = [];
  views.sort((a, b) => a.from - b.from);
  for (const { from, end } of views) {
    const last = ranges.at(-1);
    if (last !== undefined && from < last.end) last.end = Math.max(last.end, end);
    else ranges.push(new BufferRange(buffer, from, end));
  }
  return ranges;
}

/** True if views in order leave out no byte. */
function isAll(views: BufferUse["views"], size: number): boolean {
  let end = 0;
  for (const view of views) {
    if (view.from > end) return false;
    end = Math.max(end, view.end);
  }
  return end === size;
}
