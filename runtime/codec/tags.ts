/** What follows in the bytes. Numbers never change their meaning; a change of the format gets a new version instead. */
export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  /** Zigzag varint. */
  integer: 4,
  /** 8 bytes. */
  double: 5,
  /** Varint length, one byte per character. */
  latin1: 6,
  /** Varint length, two bytes per UTF-16 unit: lone surrogates survive. */
  utf16: 7,
  /** A text of hexadecimal digits, with a sign. */
  bigint: 8,
  /** Varint number of an object that came before. */
  reference: 9,
  /** Varint number of a shape (a list of keys; the next unused number announces a new one), then one value per key. */
  object: 10,
  /** Varint length, then the elements. */
  array: 11,
  // Everything below ends with its extra properties: varint count, then key, attributes and value of each, then how closed it is.
  /** An object whose properties all are extra ones. */
  irregularObject: 12,
  nullObject: 13,
  /** Varint length; elements are extra properties. */
  irregularArray: 14,
  /** Varint size, then keys and values in turn. */
  map: 15,
  set: 16,
  /** 8 bytes, milliseconds. */
  date: 17,
  /** Source and flags. */
  regexp: 18,
  url: 19,
  /** Varint count of pairs of texts. */
  params: 20,
  /** A primitive. */
  boxed: 21,
  /** Number of the class, then the stack: a text or undefined. For a DOMException also its name and message. */
  error: 22,
  // What follows has no extra properties: a buffer with some is an `irregularBuffer`.
  /** Varint length, padding to a multiple of 8, bytes. */
  buffer: 23,
  /** Varint length and greatest length, padding, bytes. */
  resizable: 24,
  shared: 25,
  /** Number of the class, the buffer, varint offset and length. */
  view: 26,
  /** Name of the codec, then what it made of the instance. */
  encoded: 27,
  /** A buffer of one of the four kinds, then its extra properties. */
  irregularBuffer: 28,
  /** As an object, of a shape whose first key is the name of the class. */
  instance: 29,
  /** Name of the class; all properties are extra ones. */
  irregularInstance: 30,
  /** As `resizable`, of shared memory. */
  growable: 31,
} as const;

/** The tags of some names, or all. */
export type Tag<Name extends keyof typeof TAG = keyof typeof TAG> = (typeof TAG)[Name];

/** Stands before the name of a class among the keys of a shape, so that shapes of plain objects are others. */
export const CLASS = "class ";

/** How an object is closed: not at all, to new properties, to changes. */
export const CLOSED = { open: 0, inextensible: 1, frozen: 2 } as const;

/** Attributes of an extra property, as bits. */
export const ATTRIBUTE = { enumerable: 1, writable: 2, configurable: 4 } as const;
