import * as __cachet from "../../runtime/internal.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";

// These tests are about programs: in a test world a function that is defined again starts cold.
delete process.env["VITEST"];

type Body = (...args: any[]) => any;
type Options = Partial<__cachet.Definition>;

/** All that a mark can ask for; the transform hands in what its options need. */
export const features: NonNullable<__cachet.Definition["use"]> = {
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

/** What the transform writes for `function name(...parts) { body }`: lookup by arity, then run. */
function emit<F extends Body>(make: "data" | "resource", body: F, options: Options = {}): F {
  const name = options.name ?? (body.name || "f");
  const parts = options.parts ?? Array.from({ length: body.length }, (_, i) => "abcdefgh"[i] as string);
  const shared = options.copy === "freeze" ? __cachet.frozen : __cachet.data;
  const define = make === "data" ? shared : __cachet.resource;
  const descriptor = define({ id: freshId(name), hash: "c1:0", name, parts, use: features, ...options });
  const lookup = (args: any[]) => {
    if (args.length === 0) return descriptor.get0();
    if (args.length === 1) return descriptor.get1(args[0]);
    if (args.length === 2) return descriptor.get2(args[0], args[1]);
    if (args.length === 3) return descriptor.get3(args[0], args[1], args[2]);
    return descriptor.getN(args);
  };
  const keyed = (args: any[]) => Array.from({ length: Math.max(parts.length, 0) }, (_, i) => args[i]);
  const fn = options.async
    ? async (...args: any[]) => {
        const value = lookup(keyed(args));
        return value !== __cachet.MISS ? value : descriptor.run(keyed(args), async () => body(...args));
      }
    : (...args: any[]) => {
        const value = lookup(keyed(args));
        return value !== __cachet.MISS ? value : descriptor.run(keyed(args), () => body(...args));
      };
  Object.defineProperty(fn, "name", { value: name });
  __cachet.attach(descriptor, fn);
  return fn as unknown as F;
}

export const data = <F extends Body>(body: F, options?: Options): F => emit("data", body, options);
export const resource = <F extends Body>(body: F, options?: Options): F => emit("resource", body, options);
export const dataAsync = <F extends Body>(body: F, options?: Options): F =>
  emit("data", body, { async: true, ...options });
export const resourceAsync = <F extends Body>(body: F, options?: Options): F =>
  emit("resource", body, { async: true, ...options });

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
