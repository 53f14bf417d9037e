import type { AnyCodec } from "../codec/codec-types.ts";
import { state } from "../registry.ts";

/** A codec's encoded form, in place of the instance. Only ever inside a snapshot. */
export interface Encoded {
  readonly codec: AnyCodec;
  readonly data: unknown;
}

/** One class for all copies of this package: the snapshot that one has taken another may write to a store. */
export const Encoded: new (codec: AnyCodec, data: unknown) => Encoded = (state.encoded ??= class implements Encoded {
  declare readonly codec: AnyCodec;
  declare readonly data: unknown;

  constructor(codec: AnyCodec, data: unknown) {
    this.codec = codec;
    this.data = data;
  }
});
