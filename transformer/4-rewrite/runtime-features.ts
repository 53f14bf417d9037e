import { optionRow } from "../../runtime/options/option-table.ts";
import type { HashedFunction } from "../types.ts";

/**
 * The parts of the runtime that a cached function needs beside what every one does, as members of the runtime's namespace:
 *
 * ```ts
 * use: { keys: __cachet.keys, limits: __cachet.limits, parsers: { ttl: __cachet.parseTtl } }
 * ```
 *
 * A bundler leaves out what no function of a program names. `undefined` for a function that needs nothing.
 */
export function featuresText(fn: HashedFunction, prefix: string): string | undefined {
  const member = (name: string) => `${name}: ${prefix}.${name}`;
  const fields = [...featuresOf(fn)].map(member);
  const parsers = fn.options.dynamic.map(({ name }) => `${name}: ${prefix}.${parserOf(name)}`);
  if (parsers.length > 0) fields.push(`parsers: { ${parsers.join(", ")} }`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : undefined;
}

/** The names of those parts. */
export function featuresOf(fn: HashedFunction): Set<string> {
  const { kind, parts, receiver, isAsync, options } = fn;
  const features = new Set<string>();
  if (kind !== "data" && kind !== "resource") return features;
  if (parts.length > 0) features.add("keys");
  if (parts.length > MOST_DIRECT || !parts.every((part) => part.isPrimitive)) features.add("argumentTrie");
  if (mayWaitWithSignal(fn)) features.add("abort");
  if (fn.givesMessages) features.add("messages");
  if (isAsync && options.static["showSpinner"] !== false) features.add("spinner");
  if (receiver === "identity") features.add("instances");
  if (mayStream(fn)) features.add("streams");
  if (fn.speaksOf.includes("urlPatterns")) features.add("urlPatterns");
  const given = { ...options.static, ...Object.fromEntries(options.dynamic.map(({ name }) => [name, undefined])) };
  for (const [name, value] of Object.entries(given))
    if (value !== false) for (const feature of optionRow(name)?.needs ?? []) features.add(feature);
  // Known before the first call: one that waits for a run has the tags that its body names.
  if (fn.usesTags) features.add("tags");
  if (namesStore(given["persist"])) features.delete("ownStore");
  return features;
}

/** Callers wait for a promise only, and a signal is an object: an argument, or what the body captures. */
function mayWaitWithSignal({ signals, parts, isAsync, isPromised }: HashedFunction): boolean {
  return signals.length > 0 || ((isAsync || isPromised) && !parts.every((part) => part.isPrimitive));
}

/** Types are not looked up: what a function and the code that it reaches are made of has to say that it gives a stream. */
const mayStream = ({ kind, isGenerator, speaksOf }: HashedFunction): boolean =>
  kind === "data" && (isGenerator || speaksOf.includes("streams"));

/** The member of the runtime that parses an option which only run time knows. */
function parserOf(name: string): string {
  const row = optionRow(name);
  if (row === undefined || !("exportName" in row)) throw new Error(`The option ${name} has no parser at run time.`);
  return row.exportName;
}

/** So many primitives are looked up as they are. */
const MOST_DIRECT = 3;

/** Entries go to a store that the program registers itself. */
const namesStore = (persist: unknown) => typeof persist === "string" && persist !== "disk";
