/** Anything this package throws. `code` is stable; `cause` is the error behind it, where there is one. */
export class CachetError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** An argument no key can be made of: a function, a symbol, a promise, a class instance without a rule. */
export class UnhashableArgumentError extends CachetError {
  override readonly name: string = "UnhashableArgumentError";
  /** Name of the cached function. */
  readonly function: string;
  /** The argument that holds the value. */
  readonly parameter: string;
  /** Where the value sits, from the parameter on: `cfg.deep[1].fn`. */
  readonly path: string;
  /** What was found there. */
  readonly type: string;

  /** `rule` names the class that `hashFuncs` would know it by, where that is not its type. */
  constructor(where: Unhashable) {
    super("CACHET_UNHASHABLE_ARGUMENT", unhashableText(where));
    this.function = where.function;
    this.parameter = where.parameter;
    this.path = where.path;
    this.type = where.type;
  }
}

interface Unhashable {
  function: string;
  parameter: string;
  path: string;
  type: string;
  rule?: string;
  note?: string;
}

function unhashableText(where: Unhashable) {
  const note = where.note ? ` (${where.note})` : "";
  const rule = `say how it is hashed: hashFuncs: { ${ruleName(where.rule ?? where.type)}: (value) => … }`;
  const what = MADE.has(where.parameter) ? "what is given by" : "the argument";
  return `${where.function}(): ${what} \`${where.path}\` is ${withArticle(where.type)}, which cannot be part of a cache key${note}. Either ${wayOut(where.parameter)}, or ${rule}`;
}

/** How key parts are called that come from the options `key` and `context`: as no parameter can be. */
const MADE = new Set(["key()", "context()"]);

/** How an argument is left out of the key. The receiver of a method has an option of its own. */
function wayOut(parameter: string): string {
  if (parameter === "this") {
    return 'give each instance entries of its own with `this: "identity"`, leave it out of the key with `this: "ignore"`';
  }
  if (MADE.has(parameter)) return "give plain data there";
  const ignored = parameter.startsWith("_") ? parameter : `_${parameter}`;
  return `rename the parameter to \`${ignored}\` to leave it out of the key`;
}

const ruleName = (type: string) => (/^[A-Za-z_$][\w$]*$/.test(type) ? type : JSON.stringify(type));
const withArticle = (type: string) => `${/^[aeiou]/i.test(type) ? "an" : "a"} ${type}`;

/** A function of `hashFuncs` threw. `cause` is what it threw. */
export class HashFuncError extends CachetError {
  override readonly name: string = "HashFuncError";
  readonly function: string;
  /** Name of the type the rule stands for. */
  readonly rule: string;
  readonly path: string;

  constructor(where: { function: string; rule: string; path: string; cause: unknown }) {
    super(
      "CACHET_HASH_FUNC",
      `${where.function}(): the hash function for ${where.rule} threw at \`${where.path}\`: ${messageOf(where.cause)}`,
      { cause: where.cause },
    );
    this.function = where.function;
    this.rule = where.rule;
    this.path = where.path;
  }
}

/** A result that cannot be copied faithfully, so no cache of data can keep it. */
export class UnstorableValueError extends CachetError {
  override readonly name: string = "UnstorableValueError";
  readonly function: string;
  /** Where the value sits in the result: `result.rows[0].cursor`. */
  readonly path: string;
  readonly type: string;
  /** @internal Reads what the value holds, after which it can be stored. */
  readonly read?: () => Promise<void>;

  constructor(where: { function: string; path: string; type: string; hint?: string; read?: () => Promise<void> }) {
    super(
      "CACHET_UNSTORABLE_VALUE",
      `${where.function}(): \`${where.path}\` is ${withArticle(where.type)}, which cannot be stored and copied faithfully. ` +
        (where.hint ??
          "Return plain data, register the class with configure({ codecs: [codec(Class, { encode, decode })] }), " +
            "or share one live object with @cacheResource"),
    );
    this.function = where.function;
    this.path = where.path;
    this.type = where.type;
    if (where.read) Object.defineProperty(this, "read", { value: where.read });
  }
}

/** A call that, directly or through others, waits for itself. */
export class RecursiveCallError extends CachetError {
  override readonly name: string = "RecursiveCallError";
  readonly function: string;

  constructor(name: string) {
    super(
      "CACHET_RECURSIVE_CALL",
      `${name}() was called with the same arguments while that very call is still running, so it would wait for itself. ` +
        "Call it with other arguments, or move the inner part to a function of its own",
    );
    this.function = name;
  }
}

/** A run that took longer than `timeout` allows. What it comes to all the same is kept. */
export class CallTimeoutError extends CachetError {
  override readonly name: string = "CallTimeoutError";
  readonly function: string;

  constructor(name: string, seconds: number) {
    super(
      "CACHET_TIMEOUT",
      `${name}() took longer than ${seconds} s, as long as its \`timeout\` lets callers wait. Allow more time, or \`stale\` values meanwhile`,
    );
    this.function = name;
  }
}

/** A reader of a stream that fell so far behind the others that what it would read next is gone. */
export class LaggingReaderError extends CachetError {
  override readonly name: string = "LaggingReaderError";
  readonly function: string;

  constructor(name: string, bytes: number) {
    super(
      "CACHET_LAGGING_READER",
      `${name}(): this reader of the stream is more than ${bytes} bytes behind the fastest one, and no more than that is held for it. ` +
        "Read faster, or allow more with `maxBytes`",
    );
    this.function = name;
  }
}

/** `cached(fn)` of a function that no transform has seen. */
export class NotTransformedError extends CachetError {
  override readonly name: string = "NotTransformedError";

  constructor(name: string) {
    super(
      "CACHET_NOT_TRANSFORMED",
      `${name} is not a cached function. Either it carries no @cacheData or @cacheResource comment, ` +
        "or its file was compiled without the cachet transform (`cachet check` finds such marks)",
    );
  }
}

/** `persist` names a store that nobody registered. */
export class UnknownStoreError extends CachetError {
  override readonly name: string = "UnknownStoreError";
}

/** An option with a value outside its valid forms. */
export class InvalidOptionError extends CachetError {
  override readonly name: string = "InvalidOptionError";

  constructor(message: string, options?: { cause?: unknown }) {
    super("CACHET_INVALID_OPTION", message, options);
  }
}

/** A synchronous function that persists to a store which only answers later. */
export class AsyncStoreError extends CachetError {
  override readonly name: string = "AsyncStoreError";

  constructor(name: string, store: string) {
    super(
      "CACHET_ASYNC_STORE",
      `${name}() is synchronous but its store "${store}" answers with a promise. ` +
        "Make the function async, declare that it returns a Promise, or choose a synchronous store",
    );
  }
}

/** A call of a function with a `scope` where no run of that scope is under way. */
export class NoScopeError extends CachetError {
  override readonly name: string = "NoScopeError";
  readonly function: string;
  /** Name of the scope. */
  readonly scope: string;

  constructor(functionName: string, scope: string, hasEnded: boolean) {
    const what = hasEnded
      ? `after the run of the scope "${scope}" that it belongs to had ended. Await everything within it`
      : `outside of the scope "${scope}". Call it within its run(…), in pages before the first await of it`;
    super("CACHET_NO_SCOPE", `${functionName}() was called ${what}`);
    this.function = functionName;
    this.scope = scope;
  }
}

/** A recorded element call uses a handle that was made outside the cached function, so it cannot be made again. */
export class ReplayClosureError extends CachetError {
  override readonly name: string = "ReplayClosureError";

  constructor(message: string) {
    super("CACHET_REPLAY_CLOSURE", message);
  }
}

/** A cached function reads a widget without `allowWidgets`: its value would not be part of the key. */
export class WidgetNotAllowedError extends CachetError {
  override readonly name: string = "WidgetNotAllowedError";

  constructor(owner: string, kind: string, widget: string) {
    super(
      "CACHET_WIDGET_NOT_ALLOWED",
      `${owner}() reads the widget ${widget}(), whose value is not part of its key. ` +
        `Pass the value in as an argument, or mark ${owner} with @cache${kind === "data" ? "Data" : "Resource"}({ allowWidgets: true })`,
    );
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "a value that cannot be shown";
  }
}

/** In the mode `replay`, a call that nobody recorded. */
export class NotRecordedError extends CachetError {
  override readonly name: string = "NotRecordedError";
  /** Name of the cached function. */
  readonly function: string;
  /** The call with its arguments. */
  readonly call: string;
  /** Code hash under which the same call was recorded, if it was: the code has changed since. */
  readonly recordedHash: string | undefined;
  /** The declarations that have changed since, as `RATE (src/rates.ts)`; empty where the build did not say what the code is made of. */
  readonly changed: readonly string[];

  constructor(
    call: string,
    fn: { id: string; name: string; hash: string },
    recordedHash: string | undefined,
    dir: string,
    changed: readonly string[] = [],
  ) {
    const what = changed.length > 0 ? changed.slice(0, 5).join(", ") : `the code of ${fn.id}`;
    const hint = changed.length > 0 ? "Record" : "`npx cachet diff` names the declaration; record";
    super(
      "CACHET_NOT_RECORDED",
      recordedHash === undefined
        ? `${call} is not recorded in ${dir}. Run it once with CACHET_MODE=record`
        : `${call} was recorded in ${dir}, but ${what} has changed since (${recordedHash} → ${fn.hash}). ` +
            `${hint} it again with CACHET_MODE=record`,
    );
    this.function = fn.name;
    this.call = call;
    this.recordedHash = recordedHash;
    this.changed = changed;
  }
}
