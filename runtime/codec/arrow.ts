import { RecordBatch, Table, tableFromIPC, tableToIPC, Vector } from "apache-arrow";
import { codec } from "../config.ts";
import type { Codec } from "../settings.ts";

/*
 * Arrow's own stream format is what travels: columns go as the buffers they are, and the decoded table looks straight
 * into its caller's own copy of them. No row object is ever made.
 */

const table: Codec<Table, Uint8Array> = codec(Table, {
  name: "arrow.Table",
  encode: (value) => tableToIPC(value, "stream"),
  decode: (bytes) => tableFromIPC(bytes),
});

const recordBatch: Codec<RecordBatch, Uint8Array> = codec(RecordBatch, {
  name: "arrow.RecordBatch",
  encode: (value) => tableToIPC(new Table([value]), "stream"),
  decode: (bytes) => tableFromIPC(bytes).batches[0] as RecordBatch,
});

const vector: Codec<Vector, Uint8Array> = codec(Vector, {
  name: "arrow.Vector",
  encode: (value) => tableToIPC(new Table({ values: value }), "stream"),
  decode: (bytes) => tableFromIPC(bytes).getChildAt(0) as Vector,
});

/** Stores and copies Apache Arrow tables, record batches and vectors: `configure({ codecs: arrowCodecs })`. */
export const arrowCodecs = [table, recordBatch, vector] as const;
