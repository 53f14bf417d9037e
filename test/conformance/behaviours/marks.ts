import { absent, type Behaviours, differs, same } from "./behaviour.ts";

/** How a function is marked, and what tells it and its code from others. */
export const marks: Behaviours = {
  B1: same("A mark works alone, with empty parentheses and with options."),
  B2: same("Options go by name; anything else in the mark fails at once."),
  B3: differs(
    "Unknown options fail; resources take no `persist` and data takes no `validate`.",
    "Unknown and misplaced options fail the build, but data takes `validate` as well: a stored answer can go stale as a connection can.",
  ),
  B4: same("A cached function keeps its name, documentation and signature."),
  B5: differs(
    "The wrapper prints as a cached function that names the one inside.",
    "There is no wrapper: it is the very function that was written, and prints as that.",
  ),
  B6: same("A function is known by its module, its qualified name and a hash of its code."),
  B7: same("Two functions of one body and two names share nothing."),
  B8: same("Two functions of one name in two modules share nothing."),
  B9: same("Another body is another function: the next call runs it."),
  B10: same("The same source gives the same key in the next process."),
  B11: differs(
    "The hash reads the raw text, so an inner comment, a blank line or another `ttl` starts a new cache.",
    "The hash reads the code without comments, layout and types, so a formatter never empties a cache.",
  ),
  B12: differs(
    "Where source text cannot be read, byte code without its constants is hashed instead.",
    "There is no weaker second way: the hash is made at build time, and code that no transform has seen throws `NotTransformedError` when asked about its cache.",
  ),
  B13: same("Hash functions of the user see arguments only, never the function or its name."),
  B14: same("Hash functions of the user are not applied to parameter names."),
  B15: same("The cache is looked up at each call, so a clear is seen at once by functions imported long before."),
  B16: same(
    "The same function defined again with other limits starts empty; with the same limits it keeps its entries.",
  ),
  B17: differs(
    "A resource cache starts over when a validator appears or goes, not when another takes its place.",
    "Entries stay in every case and the newest `validate` is the one that judges them.",
  ),
  B18: differs(
    "Other spinner options or hash functions do not start a new cache.",
    "Spinner options never touch entries; another hash function changes the code hash, since old keys mean something else under it.",
  ),
  B19: same("Data and resources are kept apart: clearing one kind leaves the other."),
  B20: differs(
    "Globals, closures and called helpers are not part of the key.",
    "Captured variables join the key by value, and the code of everything the function reaches is in its hash.",
  ),
  B21: differs(
    "Two lambdas on one line share a key and return each other's results.",
    "Functions are told apart by their place in the file, also on one line.",
  ),
  B22: absent(
    "Scripts are compiled once and the compiled object is reused by later requests.",
    "No script is compiled at run time: the build tool transforms a file once and decides itself when to do so again.",
  ),
  B23: absent(
    "The cache of compiled scripts can be emptied.",
    "There is none (see B22); the build tools watch files themselves.",
  ),
  B24: same("A syntax error is reported as itself and nothing is cached."),
};
