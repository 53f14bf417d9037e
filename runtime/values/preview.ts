import { digest } from "#platform";
import type { ObjectTag } from "../key/encode-object.ts";
import { shownName } from "./value-classes.ts";

/** Longer previews end in `…`. */
const LONGEST = 120;

/** A primitive of a key as people write it. */
export function previewValue(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (typeof value === "bigint") return shorten(`${value}n`);
  return shorten(String(value));
}

/** Key parts that are environment variables, by their names. */
const ENVIRONMENT = /^(process|import\.meta)\.env\b/;

export const isEnvironment = (name: string): boolean => ENVIRONMENT.test(name);

/** The preview of a key part as anybody may see it: a digest of an environment variable, which may be a secret. */
export const previewPart = (name: string, text: string): string =>
  isEnvironment(name) ? `#${digest(text).slice(0, 12)}` : text;

/**
 * The key parts in a key's text (see `encodeParts`), each as a short text for people; behind them the values that
 * widgets gave. What it cannot read it shows as it stands: a preview decides nothing.
 */
export function previewText(key: string, count: number): string[] {
  const reader = new KeyReader(key);
  const parts: string[] = [];
  try {
    while (parts.length < count) parts.push(shorten(reader.value()));
    reader.skipSegments();
    parts.push(...reader.widgets().map((value) => previewText(value, 1)[0] ?? ""));
  } catch {
    if (parts.length < count) parts.push(shorten(key.slice(reader.at)));
  }
  return parts;
}

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** What stands for an object that no literal makes. */
type BuiltInTag = Exclude<ObjectTag, "{" | "0" | "[" | "(">;

/** Reads what `Encoder` in encoder.ts writes, in the same order. */
class KeyReader {
  at = 0;
  private readonly text: string;
  /** Values that follow in segments of their own. */
  private deferred = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): string {
    const tag = this.take(1);
    switch (tag) {
      case "s":
        return JSON.stringify(this.counted());
      case "n":
        return this.until(";");
      case "t":
        return "true";
      case "f":
        return "false";
      case "u":
        return "undefined";
      case "i":
        return `${this.until(";")}n`;
      case "N":
        return "null";
      case "-":
        return "none";
      case ">":
        this.deferred++;
        return "…";
      case "^":
        return `<object ${this.until(";")} again>`;
      case "{":
      case "0":
        return `{${this.properties()}}`;
      case "[":
        return `[${this.repeat(() => this.value())}]`;
      case "(":
        return this.sparse();
      case "#":
        return this.digested();
      default:
        return this.builtIn(tag as BuiltInTag);
    }
  }

  /** A digest, and how the text began that it stands for. */
  private digested(): string {
    this.take(64);
    return `${previewText(this.counted(), 1)[0]}…`;
  }

  private builtIn(tag: BuiltInTag): string {
    const text = this.content(tag);
    if (this.text[this.at] !== "+") return text;
    this.at++;
    return this.withProperties(text);
  }

  private content(tag: BuiltInTag): string {
    switch (tag) {
      case "M":
        return this.withProperties(`Map(${this.repeat(() => `${this.value()} → ${this.value()}`)})`);
      case "S":
        return this.withProperties(`Set(${this.repeat(() => this.value())})`);
      case "A":
        return `${this.until(":")}(${this.counted().length} bytes)`;
      case "D":
        return this.withProperties(dateText(Number(this.until(";"))));
      case "R":
        return this.withProperties(`/${this.counted()}/${this.counted()}`);
      case "U":
        return `URL(${this.counted()})`;
      case "Q":
        return `URLSearchParams(${this.repeat(() => `${this.counted()}=${this.counted()}`)})`;
      case "Y":
      case "y":
        this.until(":");
        return `${tag === "y" ? "Shared" : ""}ArrayBuffer(${this.counted().length} bytes)`;
      case "B":
      case "b":
      case "V":
        return `${BUFFERS[tag]}(${this.counted().length} bytes)`;
      case "W":
        return this.withProperties(`Object(${this.value()})`);
      case "E":
        return `${this.counted()} {${this.properties()}}`;
      case "X":
        return this.withProperties(`DOMException(${this.counted()}: ${this.counted()})`);
      case "C":
        return `${this.counted()} ${this.value()}`;
      case "I":
        return `${shownName(this.counted())} {${this.properties()}}`;
      case "H":
        this.until(":");
        return `${this.counted()} → ${this.value()}`;
      default:
        tag satisfies never;
        this.at--;
        throw new SyntaxError(`no such tag: ${tag}`);
    }
  }

  private properties(): string {
    return this.repeat(() => {
      if (this.text[this.at] === "~") this.at++;
      const name = this.counted();
      return `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${this.value()}`;
    });
  }

  private withProperties(text: string): string {
    const properties = this.properties();
    return properties === "" ? text : `${text} {${properties}}`;
  }

  private sparse(): string {
    const length = this.until(":");
    const items = this.repeat(() => `${this.until(";")}: ${this.value()}`);
    return this.withProperties(`[${items}] of ${length}`);
  }

  /** `3:` and as many items. */
  private repeat(item: () => string): string {
    const count = Number(this.until(":"));
    const shown: string[] = [];
    let length = 0;
    for (let i = 0; i < count; i++) {
      const text = item();
      if (length <= LONGEST) shown.push(text);
      length += text.length;
    }
    return shown.join(", ");
  }

  /** Reads over what deep values left for later. */
  skipSegments(): void {
    for (; this.deferred > 0; this.deferred--) this.value();
  }

  /** The encoded values of widgets, which stand behind the call's own key. */
  widgets(): string[] {
    if (!this.text.startsWith("widgets", this.at)) return [];
    this.at += "widgets".length;
    const values: string[] = [];
    while (this.at < this.text.length && this.take(1) === "s") values.push(this.counted());
    return values;
  }

  /** `5:abcde` */
  private counted(): string {
    return this.take(Number(this.until(":")));
  }

  private until(end: string): string {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) throw new SyntaxError(`no ${end}`);
    const text = this.text.slice(this.at, found);
    this.at = found + 1;
    return text;
  }

  private take(count: number): string {
    if (!(this.at + count <= this.text.length)) throw new SyntaxError("too short");
    this.at += count;
    return this.text.slice(this.at - count, this.at);
  }
}

const BUFFERS: Record<string, string> = { B: "ArrayBuffer", b: "SharedArrayBuffer", V: "DataView" };

const dateText = (time: number): string => (Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString());
