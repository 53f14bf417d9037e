/** A parameter of Streamlit's two decorators, and what stands for it in a mark. */
export interface Parameter {
  /** As Streamlit's documentation writes it, with its default. */
  parameter: string;
  of: "both" | "data" | "resource";
  /** Options as they stand in a mark; none for what is no option. */
  options?: string;
  /** One sentence: what is the same, and what is not. */
  says: string;
}

export const SIGNATURES = [
  'st.cache_data(func=None, *, ttl, max_entries, max_size, show_spinner, show_time=False, persist, hash_funcs=None, scope="global", refresh_mode="foreground")',
  'st.cache_resource(func, *, ttl, max_entries, show_spinner, show_time=False, validate, hash_funcs=None, on_release=None, scope="global", refresh_mode="foreground")',
];

/** Every parameter of Streamlit's newest signatures, in their order. */
export const PARAMETERS: readonly Parameter[] = [
  {
    parameter: "func",
    of: "both",
    says: "The function that the comment stands before; nothing is wrapped, and methods and nested functions count too.",
  },
  {
    parameter: "ttl",
    of: "both",
    options: '{ ttl: "1 days 06:05:01" }',
    says: "Seconds, a text in pandas' forms, an object or a `Temporal.Duration`; a text without a unit, which pandas reads as nanoseconds, fails the build, and persisted entries expire too.",
  },
  {
    parameter: "max_entries",
    of: "both",
    options: "{ maxEntries: 1000 }",
    says: "The same; what has expired goes before what was used least recently, and stores are bounded too.",
  },
  {
    parameter: "max_size",
    of: "data",
    options: '{ maxBytes: "100MB" }',
    says: "Bytes or a text per function, estimated; `configure({ maxBytes })` bounds all functions together.",
  },
  {
    parameter: "show_spinner",
    of: "both",
    options: '{ showSpinner: "Loading…" }',
    says: "The same: on by default, off by `false`, or with a text.",
  },
  {
    parameter: "show_time=False",
    of: "both",
    options: "{ showTime: true }",
    says: "The same.",
  },
  {
    parameter: "persist",
    of: "data",
    options: '{ persist: "disk" }',
    says: '`true` and `"disk"` are the same; another text names a store of your own, and `ttl` and limits hold there as well.',
  },
  {
    parameter: "validate",
    of: "resource",
    options: "{ validate: (value) => value.isOpen }",
    says: "The same, for data as well, and async where the function is.",
  },
  {
    parameter: "hash_funcs=None",
    of: "both",
    options: "{ hashFuncs: { Date: (date) => date.getTime() } }",
    says: "By type name, or as `[[Class, fn]]` by the class itself; rules serve subclasses and built-in types too.",
  },
  {
    parameter: "on_release=None",
    of: "resource",
    options: "{ onRelease: (value) => value.close() }",
    says: "The same: once for each resource that leaves the cache, however it leaves.",
  },
  {
    parameter: 'scope="global"',
    of: "both",
    options: "{ scope: session }",
    says: 'What Streamlit\'s `"session"` is to a browser tab, `const session = cacheScope("session")` is to one call of `session.run(fn)`: the program says what a session, a request or a job is.',
  },
  {
    parameter: 'refresh_mode="foreground"',
    of: "both",
    options: '{ ttl: "1h", stale: { refresh: "1h" } }',
    says: 'What `"background"` does for one further `ttl`, `stale` does for as long as it says, with one run per key, on all machines of a store: for async and persisted functions, which Streamlit refuses, and for no synchronous ones.',
  },
];
