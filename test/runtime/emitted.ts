import * as __cachet from "../../runtime/internal.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { type FunctionReport, formatDiagnostic, transform } from "../../transformer/index.ts";

// These tests are about programs: in a test world a function that is defined again starts cold.
delete process.env["VITEST"];

type Body = (...args: any[]) => any;

/** All that a mark can ask for; the transform hands in what its options need. */
export const features: NonNullable<__cachet.EmittedDefinition["use"]> = {
  keys: __cachet.keys,
  argumentTrie: __cachet.argumentTrie,
  spinner: __cachet.spinner,
  messages: __cachet.messages,
  instances: __cachet.instances,
  scope: __cachet.scope,
  limits: __cachet.limits,
  stale: __cachet.stale,
  timeout: __cachet.timeout,
  validate: __cachet.validate,
  errors: __cachet.errors,
  release: __cachet.release,
  durable: __cachet.durable,
  ownStore: __cachet.ownStore,
  parsers: Object.fromEntries(
    Object.entries(OPTIONS).flatMap(([name, row]) => ("exportName" in row ? [[name, row.parse]] : [])),
  ),
};

let count = 0;

/** An id that no other test uses. */
export const freshId = (name = "f") => `test/src/${++count}.ts#${name}`;

/** What a test says beside options; the transform finds these out by itself. */
interface Facts {
  id?: string;
  hash?: string;
  name?: string;
  parts?: readonly string[];
  async?: boolean;
  /** The declared type is a promise. */
  promised?: boolean;
  /** A global that the body uses, where that makes a difference to what is emitted. */
  uses?: "fetch" | "URLPattern";
}

const FACTS = new Set(["id", "hash", "name", "parts", "async", "promised", "uses"]);

/** Options as in a mark. Those that are no literals, or have a getter, are read when the function is first called. */
export type Given = Facts & Record<string, unknown>;

type Emitted = (runtime: typeof __cachet, id: string, hash: string, body: Body, given: Given) => Body;

const templates = new Map<string, Emitted>();

/** What the transform makes of a marked function that hands its arguments to `body`. */
function emit<F extends Body>(tag: "cacheData" | "cacheResource", body: F, given: Given = {}): F {
  const { id, hash, name = body.name || "f", parts, async, promised, uses } = given;
  const names = parts ?? Array.from({ length: body.length }, (_, i) => "abcdefgh"[i] as string);
  const marks = Object.entries(Object.getOwnPropertyDescriptors(given)).flatMap(([key, { value, get }]) => {
    if (FACTS.has(key) || (value === undefined && !get)) return [];
    return `${key}: ${isLiteral(value) ? JSON.stringify(value) : `test$given.${key}`}`;
  });
  const head = `${async ? "async " : ""}function ${name}(${names.join(", ")})${promised ? RETURNS_PROMISE : ""}`;
  const text = `/** @${tag}({ ${marks.join(", ")} }) */ ${head} { ${uses ? `void ${uses}; ` : ""}return test$body(${names.join(", ")}); }`;
  let template = templates.get(text);
  if (!template) {
    template = compile(text, name);
    templates.set(text, template);
  }
  return template(__cachet, id ?? freshId(name), hash ?? "c1:0", body, given) as F;
}

const RETURNS_PROMISE = ": Promise<unknown>";

function isLiteral(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isLiteral);
  if (typeof value === "object" && value !== null)
    return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isLiteral);
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function compile(text: string, name: string): Emitted {
  const { code, functions, diagnostics } = transform(text, { fileName: "/test/emitted.ts", root: "/test" });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map((error) => formatDiagnostic(error)).join("\n"));
  const [{ id, hash }] = functions as [FunctionReport];
  const js = code
    .replace('import * as __cachet from "cachet/internal";', "")
    .replace(RETURNS_PROMISE, "")
    .replace(JSON.stringify(id), "test$$id")
    .replace(JSON.stringify(hash), "test$$hash");
  return new Function(
    "__cachet",
    "test$id",
    "test$hash",
    "test$body",
    "test$given",
    `${js}\nreturn ${name};`,
  ) as Emitted;
}

export const data = <F extends Body>(body: F, given?: Given): F => emit("cacheData", body, given);
export const resource = <F extends Body>(body: F, given?: Given): F => emit("cacheResource", body, given);
export const dataAsync = <F extends Body>(body: F, given?: Given): F =>
  emit("cacheData", body, { async: true, ...given });
export const resourceAsync = <F extends Body>(body: F, given?: Given): F =>
  emit("cacheResource", body, { async: true, ...given });

/** A promise with its handles. */
export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** A clock that moves only when told. */
export function handClock(start = 1_000_000) {
  const clock = {
    ms: 0,
    now: () => clock.ms,
    wall: () => start + clock.ms,
    add: (seconds: number) => void (clock.ms += seconds * 1000),
  };
  return clock;
}
