import { calls } from "./behaviours/calls.ts";
import { elements } from "./behaviours/elements.ts";
import { hashing } from "./behaviours/hashing.ts";
import { limits } from "./behaviours/limits.ts";
import { marks } from "./behaviours/marks.ts";
import { results } from "./behaviours/results.ts";
import { running } from "./behaviours/running.ts";
import { stores } from "./behaviours/stores.ts";
import { telling } from "./behaviours/telling.ts";

/** The sections of the conformance page, in order; together they hold B1 to B330. */
export const sections = [
  { title: "Marks and the identity of a function", behaviours: marks },
  { title: "Calls and their keys", behaviours: calls },
  { title: "Hashing of arguments", behaviours: hashing },
  { title: "Methods and results", behaviours: results },
  { title: "Time and size", behaviours: limits },
  { title: "Stores", behaviours: stores },
  { title: "Clearing, concurrency, validation", behaviours: running },
  { title: "Elements and widgets", behaviours: elements },
  { title: "Spinner, statistics, errors, scope", behaviours: telling },
];
