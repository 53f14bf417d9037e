import * as __cachet from "../../runtime/internal.ts";

type Options = Partial<__cachet.EmittedDefinition> & { id: string; name: string };

/**
 * Functions of one number, written by hand and not by the transform: workers are started by the hundred, to be killed, and
 * loading a compiler would be most of what each does.
 */
function define<F extends (n: number) => unknown>(body: F, options: Options): F {
  const { keys, argumentTrie, abort, spinner, limits, durable, ownStore, stale } = __cachet;
  const use = { keys, argumentTrie, abort, spinner, limits, durable, ownStore, stale };
  const descriptor = __cachet.data({ hash: "c1:1", parts: ["n"], use, ...options });
  const find = (n: number) => {
    const value = descriptor.get1(n);
    return value !== __cachet.MISS ? value : descriptor.run([n], () => body(n));
  };
  const call = options.async ? async (n: number) => find(n) : find;
  __cachet.attach(descriptor, call);
  return call as F;
}

export const data = define;
export const dataAsync = <F extends (n: number) => Promise<unknown>>(body: F, options: Options): F =>
  define(body, { async: true, ...options });
