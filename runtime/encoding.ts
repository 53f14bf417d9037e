import type { Encoding } from "./features.ts";
import { encodeParts } from "./key.ts";
import { KnownCalls } from "./known-calls.ts";

/** For functions with key parts. */
export const encoding: Encoding = { text: encodeParts, calls: () => new KnownCalls() };
