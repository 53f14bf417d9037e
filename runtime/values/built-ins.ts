/** Classes that look at memory. Stored bytes say them by their place here: new ones go to the end. */
export const VIEWS = [
  "DataView",
  "Buffer",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
];

/** Classes of errors, by the same rule. */
export const ERRORS = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
  "DOMException",
];

/** Tests put a clock of their own in the place of `Date`, whose instances are of another class than the value copied. */
export const BuiltInDate: typeof Date = Date;
