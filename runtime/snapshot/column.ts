/** A typed array, as far as copies go. */
export interface Column {
  readonly byteLength: number;
  readonly length: number;
  set(from: Column, at: number): void;
  subarray(from: number, to: number): Column;
}
