import { declaresPromise } from "../2-analyze/option-conflicts.ts";
import { RULES } from "../option-table.ts";
import type { HashedFunction } from "../types.ts";

/**
 * The parts of the runtime that a cached function needs beside what every one does, as members of the runtime's namespace:
 *
 * ```ts
 * use: { keys: __cachet.keys, limits: __cachet.limits, checks: { ttl: __cachet.checkDuration } }
 * ```
 *
 * A bundler leaves out what no function of a program names. `undefined` for a function that needs nothing.
 */
export function featuresText(fn: HashedFunction, prefix: string): string | undefined {
  const member = (name: string) => `${name}: ${prefix}.${name}`;
  const fields = [...featuresOf(fn)].map(member);
  const checks = fn.options.dynamic.map(({ name }) => `${name}: ${prefix}.${RULES[name]?.runtimeCheck}`);
  if (checks.length > 0) fields.push(`checks: { ${checks.join(", ")} }`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : undefined;
}

function featuresOf(fn: HashedFunction): Set<string> {
  const { kind, parts, receiver, isAsync, options } = fn;
  const features = new Set<string>();
  if (kind === "element" || kind === "widget") return features;
  if (parts.length > 0) features.add("keys");
  if (parts.length > MOST_DIRECT || !parts.every((part) => part.isPrimitive)) features.add("argumentTrie");
  if (mayWaitWithSignal(fn)) features.add("abort");
  if (isAsync && options.static["showSpinner"] !== false) features.add("spinner");
  if (receiver === "identity") features.add("instances");
  const given = { ...options.static, ...Object.fromEntries(options.dynamic.map(({ name }) => [name, undefined])) };
  for (const [name, value] of Object.entries(given))
    if (value !== false) for (const feature of RULES[name]?.features ?? []) features.add(feature);
  if (namesStore(given["persist"])) features.delete("ownStore");
  return features;
}

/** Callers wait for a promise only, and a signal is an object. If nothing says that there is a promise, a parameter's name has to. */
function mayWaitWithSignal({ parts, node, isAsync }: HashedFunction): boolean {
  if (parts.every((part) => part.isPrimitive)) return false;
  return isAsync || declaresPromise(node) || node.parameters.some((parameter) => /signal/i.test(parameter.getText()));
}

/** So many primitives are looked up as they are. */
const MOST_DIRECT = 3;

/** Entries go to a store that the program registers itself. */
const namesStore = (persist: unknown) => typeof persist === "string" && persist !== "disk";
