/** What transformed code imports. Its shape belongs to the transform of the same version; people use `cachet`. */

import { clearCalled } from "./cached.ts";
import { CachedFunction, type Policy } from "./call.ts";
import { dataPolicy } from "./data.ts";
import type { Definition } from "./options.ts";
import { resourcePolicy } from "./resource.ts";
import { state } from "./state.ts";

export type { Definition } from "./options.ts";

/** What `get` answers when `run` has to decide. */
export const MISS: symbol = state.miss;

/** The descriptor of a function whose results are copied. The same id and code share one. */
export function data(definition: Definition): CachedFunction {
  return define(definition, dataPolicy);
}

/** The descriptor of a function whose result is one live object. The same id and code share one. */
export function resource(definition: Definition): CachedFunction {
  return define(definition, resourcePolicy);
}

function define(definition: Definition, policy: Policy): CachedFunction {
  const old = state.functions.get(definition.id);
  if (old !== undefined && old.definition.hash === definition.hash && old.policy.kind === policy.kind) {
    if (limitsChanged(old.definition, definition)) old.empty();
    old.redefine(definition);
    return old;
  }
  if (old !== undefined) {
    old.empty();
    state.retired.add(new WeakRef(old));
  }
  const made = new CachedFunction(definition, policy);
  state.functions.set(definition.id, made);
  return made;
}

/** Entries made under other limits are not kept: they may be too old or too many by the new ones. */
function limitsChanged(a: Definition, b: Definition): boolean {
  return a.ttl !== b.ttl || a.maxEntries !== b.maxEntries || a.maxBytes !== b.maxBytes || a.persist !== b.persist;
}

/** Links a function to its descriptor and gives it `clear`. Leaves a function alone that cannot be changed. */
export function attach(descriptor: CachedFunction, fn: unknown): CachedFunction {
  if (typeof fn !== "function") return descriptor;
  state.links.set(fn, descriptor);
  try {
    const clear = (...args: unknown[]) => clearCalled(descriptor, fn as (...args: unknown[]) => unknown, args);
    Object.defineProperty(fn, "clear", { value: clear, writable: true, configurable: true, enumerable: false });
  } catch {
    // A frozen function cannot carry `clear`; `cached(fn)` still works.
  }
  return descriptor;
}

/** Attaches a function-valued expression and names it, as the declaration it stands in would have. */
export function fn<F>(descriptor: CachedFunction, name: string, expression: F): F {
  if (typeof expression === "function" && expression.name === "") {
    try {
      Object.defineProperty(expression, "name", { value: name, configurable: true });
    } catch {
      // The name is a courtesy to stack traces; a frozen function goes without.
    }
  }
  attach(descriptor, expression);
  return expression;
}

/** Attaches the methods found on an object: an object literal, a prototype or a class. */
export function members<O>(object: O, ...methods: readonly (readonly [CachedFunction, PropertyKey])[]): O {
  for (const [descriptor, key] of methods) {
    try {
      attach(descriptor, Object.getOwnPropertyDescriptor(object, key)?.value);
    } catch {
      // An object that refuses to be looked at keeps its methods cached, only without `clear`.
    }
  }
  return object;
}
