import type { Example } from "./support/example.ts";

export { describeResult, type Example, play, type Show, type Step } from "./support/example.ts";

const TOLD = [
  ["load-csv", "Load a CSV file", "Reading and parsing happen once; later callers get a copy of the rows."],
  ["transform-table", "Transform a table", "The table is part of the key by its content: an equal one is a hit."],
  ["add-arrays", "Add arrays", "Typed arrays are keyed by every element: the last of 100,000 counts."],
  ["query-database", "Query a database", "Rows of a Postgres query, at most ten minutes old."],
  ["call-api", "Call an API", "Ten equal requests at once become one; the answer is kept for an hour."],
  ["run-model", "Run a model", "Texts are rated by a language model, and never twice."],
  ["load-model", "Load a model", "A language model is loaded once and shared by all callers."],
  ["connect-database", "Connect to a database", "One Postgres connection for all, closed when it leaves the cache."],
  ["ttl", "Limit the age", "A result is served for an hour and then computed again."],
  ["slow-api", "Live with an API that is sometimes down", "Old rates come at once while new ones are fetched."],
  ["stream-answer", "Stream an answer", "A model's answer is recorded while it is read; a second tab joins."],
  ["warm-up", "Warm before traffic", "The calls that everybody makes are made before the server takes requests."],
  ["per-user", "A page per user", "Who asks is part of the key; some entries live for one request only."],
  ["shop", "Clear when the data changes", "A shop on Postgres: what changes something says what it clears."],
  ["book-service", "Cache a service", "What Spring and NestJS do with annotations, without a proxy to get past."],
  ["resume", "Resume after a fix", "A pipeline of five persisted steps goes on where it stopped."],
  ["max-entries", "Limit the number", "Two results are kept; the least recently used one makes room."],
  ["spinner", "Show that it runs", "A text with the elapsed seconds, while a call takes long."],
  ["excluded-parameter", "Leave a parameter out", "A parameter that begins with an underscore is no part of the key."],
  ["mutate-result", "Change a result", "Data stays as it was computed, whatever callers do to it; a resource doesn't."],
  ["shared-list", "Share a list", "Three visitors add one: 2, 3, 4 with a resource, 2, 2, 2 with data."],
  ["clear", "Clear the cache", "One call, one function, or everything of a kind."],
  ["hash-date", "Hash a date by its day", "A rule for a type decides what counts as equal."],
  ["hash-class", "Hash a class", "A rule makes instances of a class part of the key, as arguments and as `this`."],
  ["hash-validated-model", "Hash a validated model", "The checked fields of a zod schema stand for the instance."],
  ["hash-model", "Hash a machine learning model", "The version stands for the model; nobody compares weights."],
  ["hash-built-in", "Override a built-in type", "Text without regard to case, lists without regard to order."],
  ["arrow-table", "Cache an Arrow table", "Codecs store tables of 200,000 rows, and make them part of a key."],
  [
    "guide-tables",
    "The data frames of Streamlit's guide",
    "Arrow tables as arguments and results, example by example.",
  ],
] as const;

/** All worked examples. Each loads its module only when it runs. */
export const examples: readonly Example[] = TOLD.map(([name, title, description]) => ({
  title,
  description,
  file: `${name}.ts`,
  // The folder is said, or bundlers refuse to look through it.
  run: async (show) => (await import(`../examples/${name}.ts`)).run(show),
}));
