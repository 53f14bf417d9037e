/** How a class travels in and out of the cache; made by `codec`. */
export interface Codec<T = unknown, Data = unknown> {
  readonly class: abstract new (...args: never[]) => T;
  /** Names the class in stored bytes; must not change while entries live. */
  readonly name: string;
  encode(value: T): Data;
  decode(data: Data): T;
  /** What stands for an instance in a cache key; by default what `encode` gives. */
  readonly hash?: (value: T) => unknown;
  /** Asked before `encode`: why that can't be done yet. Only codecs of the runtime have it. */
  readonly unread?: (value: T) => { readonly why: string; readonly read?: () => Promise<void> } | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of codecs of unrelated classes has no narrower common type.
export type AnyCodec = Codec<any, any>;
