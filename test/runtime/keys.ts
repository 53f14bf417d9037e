import { UnhashableArgumentError } from "../../runtime/errors.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import type { HashFuncs } from "../../runtime/key/hash-rules.ts";
import { parseHashFuncs } from "../../runtime/options/option-parsers.ts";

/** The key of a call with one argument. */
export const key = (value: unknown, hashFuncs?: HashFuncs) =>
  encodeParts([value], { name: "f", parts: ["x"] }, hashFuncs && parseHashFuncs(hashFuncs));

/** The error of an argument that has none. */
export const refusal = (value: unknown, hashFuncs?: HashFuncs): UnhashableArgumentError => {
  try {
    key(value, hashFuncs);
  } catch (error) {
    if (error instanceof UnhashableArgumentError) return error;
    throw error;
  }
  throw new Error("not refused");
};
export class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
export class Person {
  name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class Boss extends Person {}
