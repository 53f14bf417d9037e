import type { AnyCodec } from "../codec/codec-types.ts";

/**
 * What identifies an entry in its table: up to three primitives, or an encoded text. A symbol stands before what a rule of
 * `hashFuncs` made of an argument.
 */
export type EntryKey = readonly unknown[] | string;

/**
 * What a lookup answers that finds nothing; and a key part in place of the first member of a parameter that is `null` or
 * `undefined`, and so has none. Nobody else's value is this one.
 */
export const NOTHING: symbol = Symbol.for("cachet.miss");

/** Names of a call's key parts, for errors, and how instances of classes are part of a key. */
export interface KeyLabels {
  name: string;
  parts: readonly string[];
  codecs?: readonly AnyCodec[];
}

/** Rules that are not applied, because what is encoded came out of them. */
export interface DisabledRules {
  readonly rule: object;
  readonly more: DisabledRules | undefined;
}

/** What writes a key, as a rule sees it. */
export interface KeyWriter {
  /** The key so far. */
  out: string;
  readonly labels: KeyLabels;
  value(value: unknown, off: DisabledRules | undefined, key: unknown): void;
  path(key: unknown): string;
}

/** The `hashFuncs` of one cached function. */
export interface HashRules {
  /** True if a rule stands for a primitive type, so that primitives cannot be looked up as they are. */
  readonly primitives: boolean;
  /** True if a rule stands for a value and is not off. */
  applies(value: unknown, off: DisabledRules | undefined): boolean;
  keyOf(parts: readonly unknown[], labels: KeyLabels): EntryKey;
  /** Encodes the result of a rule in place of the value; the rule is off inside its own result. False if there is no rule. */
  encode(writer: KeyWriter, value: unknown, off: DisabledRules | undefined, key: unknown): boolean;
}

/** How calls are told apart whose key parts are not a few primitives. */
export interface Keys {
  /** False where what reads other values than primitives is not there. */
  canRead(id: string, name: string): boolean;
  /** The key of a call. @throws UnhashableArgumentError or HashFuncError if it has none, CachetError while it can't be read. */
  keyOf(parts: readonly unknown[], labels: KeyLabels, rules: HashRules | undefined): EntryKey;
  /** A key as text. */
  textOf(key: EntryKey): string;
}
