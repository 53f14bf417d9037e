import type { Example } from "./support/example.ts";

export { describeResult, type Example, play, type Show, type Step } from "./support/example.ts";

/** All worked examples. Each loads its module only when it runs. */
export const examples: readonly Example[] = [
  {
    title: "Load a CSV file",
    description: "Reading and parsing happen once; later callers get a copy of the rows.",
    file: "load-csv.ts",
    run: async (show) => (await import("./load-csv.ts")).run(show),
  },
  {
    title: "Transform a table",
    description: "The table is part of the key by its content, so an equal one is a hit and a changed one is not.",
    file: "transform-table.ts",
    run: async (show) => (await import("./transform-table.ts")).run(show),
  },
  {
    title: "Add arrays",
    description: "Typed arrays are keyed by every element; changing the last of 100,000 is another call.",
    file: "add-arrays.ts",
    run: async (show) => (await import("./add-arrays.ts")).run(show),
  },
  {
    title: "Query a database",
    description: "Rows of a Postgres query, at most ten minutes old.",
    file: "query-database.ts",
    run: async (show) => (await import("./query-database.ts")).run(show),
  },
  {
    title: "Call an API",
    description: "Ten equal requests at once become one; the answer is kept for an hour.",
    file: "call-api.ts",
    run: async (show) => (await import("./call-api.ts")).run(show),
  },
  {
    title: "Run a model",
    description: "Texts are rated by a language model, and never twice.",
    file: "run-model.ts",
    run: async (show) => (await import("./run-model.ts")).run(show),
  },
  {
    title: "Load a model",
    description: "A language model is loaded once and shared by all callers.",
    file: "load-model.ts",
    run: async (show) => (await import("./load-model.ts")).run(show),
  },
  {
    title: "Connect to a database",
    description: "One Postgres connection for everybody, closed when it leaves the cache.",
    file: "connect-database.ts",
    run: async (show) => (await import("./connect-database.ts")).run(show),
  },
  {
    title: "Limit the age",
    description: "A result is served for an hour and then computed again.",
    file: "ttl.ts",
    run: async (show) => (await import("./ttl.ts")).run(show),
  },
  {
    title: "Live with an API that is sometimes down",
    description: "Old rates at once while new ones are fetched, and old ones while the API is down.",
    file: "slow-api.ts",
    run: async (show) => (await import("./slow-api.ts")).run(show),
  },
  {
    title: "Stream an answer",
    description:
      "A language model's answer is recorded while it is read; a second tab joins, and a hit gives it again.",
    file: "stream-answer.ts",
    run: async (show) => (await import("./stream-answer.ts")).run(show),
  },
  {
    title: "Warm before traffic",
    description: "The calls that everybody makes are made before the server takes requests.",
    file: "warm-up.ts",
    run: async (show) => (await import("./warm-up.ts")).run(show),
  },
  {
    title: "A page per user",
    description: "Who asks is part of the key, though nobody passes it in; some entries live for one request only.",
    file: "per-user.ts",
    run: async (show) => (await import("./per-user.ts")).run(show),
  },
  {
    title: "Clear when the data changes",
    description: "A shop on Postgres: functions that change something say what they clear, by tags.",
    file: "shop.ts",
    run: async (show) => (await import("./shop.ts")).run(show),
  },
  {
    title: "Cache a service",
    description: "What Spring and NestJS do with annotations and proxies; a method that calls its own is cached too.",
    file: "book-service.ts",
    run: async (show) => (await import("./book-service.ts")).run(show),
  },
  {
    title: "Resume after a fix",
    description: "A pipeline of five persisted steps goes on where it stopped; an edit runs again what it concerns.",
    file: "resume.ts",
    run: async (show) => (await import("./resume.ts")).run(show),
  },
  {
    title: "Limit the number",
    description: "Two results are kept; the least recently used one makes room.",
    file: "max-entries.ts",
    run: async (show) => (await import("./max-entries.ts")).run(show),
  },
  {
    title: "Show that it runs",
    description: "A text with the elapsed seconds, while a call takes long.",
    file: "spinner.ts",
    run: async (show) => (await import("./spinner.ts")).run(show),
  },
  {
    title: "Leave a parameter out",
    description: "A parameter that begins with an underscore is no part of the key.",
    file: "excluded-parameter.ts",
    run: async (show) => (await import("./excluded-parameter.ts")).run(show),
  },
  {
    title: "Change a result",
    description: "Data stays as it was computed, whatever a caller does to its copy; a resource does not.",
    file: "mutate-result.ts",
    run: async (show) => (await import("./mutate-result.ts")).run(show),
  },
  {
    title: "Share a list",
    description: "Three visitors add one to the first item: 2, 3, 4 with a resource, 2, 2, 2 with data.",
    file: "shared-list.ts",
    run: async (show) => (await import("./shared-list.ts")).run(show),
  },
  {
    title: "Clear the cache",
    description: "One call, one function, or everything of a kind.",
    file: "clear.ts",
    run: async (show) => (await import("./clear.ts")).run(show),
  },
  {
    title: "Hash a date by its day",
    description: "A rule for a type decides what counts as equal.",
    file: "hash-date.ts",
    run: async (show) => (await import("./hash-date.ts")).run(show),
  },
  {
    title: "Hash a class",
    description: "A rule makes instances of a class part of the key, as arguments and as `this`.",
    file: "hash-class.ts",
    run: async (show) => (await import("./hash-class.ts")).run(show),
  },
  {
    title: "Hash a validated model",
    description: "The checked and normalised fields of a zod schema stand for the instance.",
    file: "hash-validated-model.ts",
    run: async (show) => (await import("./hash-validated-model.ts")).run(show),
  },
  {
    title: "Hash a machine learning model",
    description: "The version stands for the model; nobody compares weights.",
    file: "hash-model.ts",
    run: async (show) => (await import("./hash-model.ts")).run(show),
  },
  {
    title: "Override a built-in type",
    description: "Text without regard to case, lists without regard to order.",
    file: "hash-built-in.ts",
    run: async (show) => (await import("./hash-built-in.ts")).run(show),
  },
  {
    title: "Cache an Arrow table",
    description: "A codec stores tables of 200,000 rows, a rule makes them part of a key.",
    file: "arrow-table.ts",
    run: async (show) => (await import("./arrow-table.ts")).run(show),
  },
];
