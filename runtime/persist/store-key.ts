import { digest } from "#platform";
import type { CachedFunction } from "../call/types.ts";

/** Longer keys are replaced by their digest. */
const LONGEST_KEY = 200;

/**
 * The key of a call in durable stores: function id, code hash and the text of its arguments. Short ones are readable; long ones are a
 * SHA-256 digest. The first character tells the two apart, so a text argument cannot imitate a digest.
 */
export function storeKey(owner: CachedFunction, args: string): string {
  const { id, hash } = owner.definition;
  const text = `${id}|${hash}|${args}`;
  const isShort = text.length <= LONGEST_KEY && !/[^\x20-\x7e]/.test(text);
  return isShort ? `=${text}` : `#${digest(text)}`;
}
