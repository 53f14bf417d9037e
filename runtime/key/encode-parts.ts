import { isSignal } from "../values/abort-signal.ts";
import { isDirect } from "./direct-parts.ts";
import { Encoder } from "./encoder.ts";
import type { EntryKey, HashRules, KeyLabels } from "./entry-key.ts";

/**
 * An injective text of a call's key parts: two calls get the same text only where no rule of equality tells them apart.
 * Every value is a type tag, then its length or count, then its content, so no content can imitate another structure.
 * Every object counts once: a second reference to it is written as `^n`, the n-th object of the call. Depends on
 * nothing but the values: equal in every process on the same kind of platform. In Node a part whose text is long is digested
 * piece by piece: `#`, 64 digits of SHA-256, and how it begins. Browsers, which have no fast digest, keep the text.
 * @throws UnhashableArgumentError for a value that has no content to encode.
 * @throws HashFuncError where a rule throws.
 */
export function encodeParts(parts: readonly unknown[], labels: KeyLabels, rules?: HashRules): string {
  return new Encoder(labels, rules).encode(parts);
}

/** The key of a call whose key parts are not a few primitives. */
export function keyOfAny(parts: readonly unknown[], labels: KeyLabels): EntryKey {
  const kept = parts.map((part) => (isSignal(part) ? undefined : part));
  return isDirect(kept) ? kept : encodeParts(kept, labels);
}
