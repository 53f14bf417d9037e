import { createHash } from "node:crypto";
import type { Epochs, Origin } from "../store.ts";

/** UTF-16, since UTF-8 would merge keys that differ in lone surrogates. */
export const digestOf = (text: string): string =>
  createHash("sha256").update(Buffer.from(text, "utf16le")).digest("hex");

/** Where the epoch of a scope lies: a key of its own, or a field of its function's. */
export interface PlaceOfEpoch {
  key: string;
  /** Empty for a key of its own. */
  field: string;
}

/** Names of the keys below a prefix. All are in one slot of a cluster if the prefix holds a hash tag. */
export class Names {
  readonly prefix: string;
  readonly all: string;
  readonly count: string;
  /** Of no key. */
  readonly nothing: string;
  readonly channel: string;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.all = `${prefix}all`;
    this.count = `${prefix}n`;
    this.nothing = `${prefix}nothing`;
    this.channel = `${prefix}clears`;
  }

  entry(id: string): string {
    return `${this.prefix}e:${id}`;
  }

  /** Who computes since a clear does not wait for who began before it. */
  lock(id: string, epochs: Epochs | undefined): string {
    return `${this.prefix}l:${id}:${shortDigest(Object.values(epochs ?? {}).join(" "))}`;
  }

  epoch(scope: string): PlaceOfEpoch {
    const [kind, owner = "", call = ""] = scope.split(":");
    if (kind === "fn") return { key: `${this.prefix}c:${owner}`, field: "base" };
    if (kind === "args") return { key: `${this.prefix}c:${owner}`, field: call };
    return { key: `${this.prefix}k:${scope}`, field: "" };
  }

  /** The index of a code version as long as its function is not cleared, without the letter in front. */
  version(origin: Origin, epochs: Epochs | undefined): string {
    const own = digestOf(origin.function).slice(0, 32);
    return `${own}:${digestOf(origin.hash).slice(0, 32)}:${indexEpoch(epochs)}`;
  }

  index(version: string): string {
    return `${this.prefix}i:${version}`;
  }

  sizes(version: string): string {
    return `${this.prefix}s:${version}`;
  }
}

/** Clears of single calls leave the index of their function as it is. */
export function indexEpoch(epochs: Epochs | undefined): string {
  const wide = Object.entries(epochs ?? {}).filter(([scope]) => scope.startsWith("kind:") || scope.startsWith("fn:"));
  return shortDigest(wide.map(([, epoch]) => epoch).join(" "));
}

const shortDigest = (text: string): string => digestOf(text).slice(0, 16);
