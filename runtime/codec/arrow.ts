import {
  type Data,
  type DataType,
  type Field,
  RecordBatch,
  type Schema,
  Table,
  tableFromIPC,
  tableToIPC,
  Vector,
} from "apache-arrow";
import { codec } from "../config.ts";
import type { Codec } from "./codec-types.ts";

/*
 * Arrow's own stream format is what travels: columns go as the buffers they are, and the decoded table looks straight
 * into its caller's own copy of them. No row object is ever made.
 */

const table: Codec<Table, Uint8Array> = codec(Table, {
  name: "arrow.Table",
  encode: (value) => tableToIPC(value, "stream"),
  decode: (bytes) => tableFromIPC(bytes),
  hash: ({ schema, batches }) => [schemaOf(schema), batches.map(({ data }) => contentOf(data))],
});

const recordBatch: Codec<RecordBatch, Uint8Array> = codec(RecordBatch, {
  name: "arrow.RecordBatch",
  encode: (value) => tableToIPC(new Table([value]), "stream"),
  decode: (bytes) => tableFromIPC(bytes).batches[0] as RecordBatch,
  hash: ({ schema, data }) => [schemaOf(schema), contentOf(data)],
});

const vector: Codec<Vector, Uint8Array> = codec(Vector, {
  name: "arrow.Vector",
  encode: (value) => tableToIPC(new Table({ values: value }), "stream"),
  decode: (bytes) => tableFromIPC(bytes).getChildAt(0) as Vector,
  hash: ({ type, data }) => [typeOf(type), data.map(contentOf)],
});

/*
 * As an argument a table counts by its schema and its buffers, which are read once and never row by row. Equal rows in other
 * batches, or cut out of other tables, are another argument: that costs a run, and never gives a wrong value.
 */

const schemaOf = ({ fields, metadata }: Schema) => [fields.map(fieldOf), metadata];
const fieldOf = ({ name, nullable, type, metadata }: Field): unknown => [name, nullable, typeOf(type), metadata];

/** What tells a type from others of its class, its children, and for a dictionary those of its values. Its number is none of it. */
function typeOf(type: DataType): unknown {
  const { id: _id, children, dictionary, indices, ...parameters } = type as DataType & Record<string, unknown>;
  return [
    type.typeId,
    Object.fromEntries(
      Object.entries(parameters).filter(([, value]) => typeof value !== "object" || ArrayBuffer.isView(value)),
    ),
    (children as Field[] | undefined)?.map(fieldOf),
    dictionary && [typeOf(dictionary as DataType), typeOf(indices as DataType)],
  ];
}

const contentOf = ({ offset, length, nullCount, buffers, variadicBuffers, children, dictionary }: Data): unknown => [
  offset,
  length,
  nullCount,
  [0, 1, 2, 3].map((each) => buffers[each as keyof typeof buffers]),
  variadicBuffers,
  children.map(contentOf),
  dictionary?.data.map(contentOf),
];

/** Apache Arrow tables, record batches and vectors as results and as arguments: `configure({ codecs: arrowCodecs })`. */
export const arrowCodecs = [table, recordBatch, vector] as const;
