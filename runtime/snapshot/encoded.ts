import type { AnyCodec } from "../codec/codec-types.ts";

/** A codec's encoded form, in place of the instance. Only ever inside a snapshot. */
export class Encoded {
  readonly codec: AnyCodec;
  readonly data: unknown;

  constructor(codec: AnyCodec, data: unknown) {
    this.codec = codec;
    this.data = data;
  }
}
