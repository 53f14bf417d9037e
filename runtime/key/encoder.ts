import { createDigest, type Digest, isProxy, latin1 } from "#platform";
import { CachetError, messageOf, UnhashableArgumentError } from "../errors.ts";
import { isSignal } from "../values/abort-signal.ts";
import { step, typeName, typeTitle } from "../values/type-name.ts";
import { kindOf } from "../values/value-kind.ts";
import { ENCODERS, encodeInstance } from "./encode-object.ts";
import { type DisabledRules, type HashRules, type KeyLabels, NOTHING } from "./entry-key.ts";

/** Deeper nesting than this is taken for an endless structure, such as a proxy that answers every property. */
const MAX_DEPTH = 100_000;
/** Recursion stops here and goes on in a new segment, so that any depth fits on the stack. */
const SEGMENT = 200;
/** With more objects than this, an endless structure is looked for. */
const MANY = 10_000;
/** Key parts with longer encodings are digested, where the platform can do so piece by piece. */
const LONG = 65_536;
/** So much of a digested encoding stays readable behind its digest, for people. */
const READABLE = 256;

/** A value whose encoding follows in a later segment. */
interface Deferred {
  value: object;
  off: DisabledRules | undefined;
  segmentPath: SegmentPath | undefined;
}

/** The way to a segment, for errors. */
interface SegmentPath {
  steps: unknown[];
  before: SegmentPath | undefined;
}

/** Writes the key parts of one call; how, `encodeParts` says. */
export class Encoder {
  readonly labels: KeyLabels;
  readonly rules: HashRules | undefined;
  out = "";
  /** Where in `out` the present key part begins. */
  private start = 0;
  /** Takes the present key part once it is long, and what stands before and at the beginning of it. */
  private digest: Digest | undefined;
  private before = "";
  private beginning = "";
  private seen: Map<object, number> | undefined;
  private count = 0;
  private depth = 0;
  private segments = 0;
  private proxies = 0;
  private steps: unknown[] = [];
  private segmentPath: SegmentPath | undefined;
  private deferred: Deferred[] = [];
  /** The object looked at last, for errors that looking throws. */
  private last: unknown;

  constructor(labels: KeyLabels, rules: HashRules | undefined) {
    this.labels = labels;
    this.rules = rules;
  }

  encode(parts: readonly unknown[]): string {
    try {
      for (let i = 0; i < parts.length; i++) {
        this.value(parts[i], undefined, i);
        this.endPart();
      }
      for (let next = this.deferred.shift(); next !== undefined; next = this.deferred.shift()) this.segment(next);
      this.endPart();
      return this.out;
    } catch (error) {
      if (error instanceof CachetError) throw error;
      // A revoked proxy, detached memory, a text longer than the engine's longest.
      this.refuse(this.last, undefined, `it cannot be read: ${messageOf(error)}`);
    }
  }

  private segment(next: Deferred): void {
    this.segmentPath = next.segmentPath;
    this.steps = [];
    if (++this.segments * SEGMENT > MAX_DEPTH)
      this.refuse(next.value, undefined, `nested deeper than ${MAX_DEPTH} levels`);
    this.depth = 0;
    this.object(next.value, next.off);
  }

  value(value: unknown, off: DisabledRules | undefined, key: unknown): void {
    if (this.rules?.encode(this, value, off, key)) return;
    if (this.out.length - this.start > LONG) this.spill();
    switch (typeof value) {
      case "string":
        this.text("s", value);
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
        if (value !== NOTHING) this.refuse(value, key);
        this.out += "-";
    }
  }

  /** Encodes an object one level deeper, here or in a later segment. */
  private nested(value: object, off: DisabledRules | undefined, key: unknown): void {
    this.steps.push(key);
    if (this.depth === SEGMENT) {
      this.out += ">";
      this.deferred.push({ value, off, segmentPath: { steps: this.steps.slice(), before: this.segmentPath } });
    } else {
      this.depth++;
      this.object(value, off);
      this.depth--;
    }
    this.steps.pop();
  }

  private object(value: object, off: DisabledRules | undefined): void {
    this.last = value;
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
    if (kind === undefined) encodeInstance(this, value, off);
    else ENCODERS[kind](this, value, off);
  }

  /** A text behind its length, so that nothing in it can be taken for structure. */
  text(tag: string, text: string): void {
    this.out += `${tag}${text.length}:`;
    if (text.length <= LONG || !this.spill(text)) this.out += text;
    else this.digest?.update(text);
  }

  /** Bytes behind their number. */
  bytes(tag: string, bytes: Uint8Array): void {
    this.out += `${tag}${bytes.length}:`;
    if (bytes.length <= LONG || !this.spill()) this.out += latin1(bytes);
    else this.digest?.update(bytes);
  }

  /** Adds what is written of a key part so far to its digest; false where the platform has none, so that all stays text. */
  private spill(next = ""): boolean {
    const part = this.out.slice(this.start);
    if (this.digest === undefined) {
      this.digest = createDigest();
      if (this.digest === undefined) return false;
      this.before = this.out.slice(0, this.start);
      this.beginning = `${part.slice(0, READABLE)}${next.slice(0, READABLE)}`;
    }
    this.digest.update(part);
    this.out = "";
    this.start = 0;
    return true;
  }

  /** In place of a long part stands its digest, behind a tag that no value has, and how it begins. */
  private endPart(): void {
    const { digest, beginning } = this;
    if (digest !== undefined) {
      digest.update(this.out);
      this.out = `${this.before}#${digest.hex()}${beginning.length}:${beginning}`;
      this.digest = undefined;
    }
    this.start = this.out.length;
  }

  /** True once there are so many objects that the structure may be endless. */
  get isLarge(): boolean {
    return this.count > MANY;
  }

  /** Refuses a structure that makes up a new object at each look; plain data holds the same one. */
  checkFresh(value: object, key: string, item: object): void {
    if (Object.getOwnPropertyDescriptor(value, key)?.value !== item) this.refuse(value, key, ENDLESS);
  }

  refuse(value: unknown, key?: unknown, note?: string, type = typeTitle(value)): never {
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
    for (let at = this.segmentPath; at !== undefined; at = at.before) steps = [...at.steps, ...steps];
    const [first, ...rest] = steps;
    const label = this.labels.parts[first as number] ?? `argument ${Number(first) + 1}`;
    const shown =
      rest.length > 24 ? [...rest.slice(0, 12).map(step), "…", ...rest.slice(-12).map(step)] : rest.map(step);
    return label + shown.join("");
  }
}

const ENDLESS = "an endless structure: it answers with new objects at each look";
