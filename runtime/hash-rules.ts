import { InvalidOptionError } from "./errors.ts";
import { typeName } from "./kinds.ts";

/** Turns a value into something whose content stands for it in the key. */
// biome-ignore lint/suspicious/noExplicitAny: each rule takes instances of its own class.
export type HashFunction = (value: any) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: classes of every constructor signature.
type AnyClass = abstract new (...args: any[]) => unknown;

/** By type name, or by class where names could clash. The nearest class on the prototype chain wins. */
export type HashFuncs = Record<string, HashFunction> | readonly (readonly [AnyClass | string, HashFunction])[];

/** One entry of `hashFuncs`. */
export interface Rule {
  type: string | AnyClass;
  name: string;
  index: number;
  apply: HashFunction;
}

/** The rules of one cached function. */
export interface Rules {
  list: readonly Rule[];
  /** True where a rule stands for a primitive type, so that primitives cannot be looked up as they are. */
  primitives: boolean;
  /** Those found for a prototype before; `undefined` where there is none. */
  found: WeakMap<object, Rule | undefined>;
}

const PRIMITIVES = ["string", "number", "boolean", "bigint", "undefined", "null"];
/** Classes that, given as a class, also stand for their primitives: there is no other way to name those by class. */
const BOXES = new Map<unknown, string>([
  [String, "string"],
  [Number, "number"],
  [Boolean, "boolean"],
  [BigInt, "bigint"],
  [Symbol, "symbol"],
  [Function, "function"],
]);

/**
 * Checks and normalises the `hashFuncs` option of a function.
 * @throws InvalidOptionError naming the function and the entry.
 */
export function parseRules(functionName: string, option: unknown): Rules | undefined {
  if (option === undefined) return undefined;
  if (typeof option !== "object" || option === null) {
    throw new InvalidOptionError(
      `${functionName}(): hashFuncs must be { TypeName: (value) => … } or [[Class, (value) => …], …]`,
    );
  }
  const pairs: [unknown, unknown][] = Array.isArray(option) ? option : Object.entries(option);
  const list = pairs.map((pair, index) => parseRule(functionName, pair, index));
  if (list.length === 0) return undefined;
  const primitives = list.some((rule) => PRIMITIVES.includes(BOXES.get(rule.type) ?? rule.name));
  return { list, primitives, found: new WeakMap() };
}

function parseRule(functionName: string, pair: unknown, index: number): Rule {
  const [type, apply] = Array.isArray(pair) ? pair : [];
  const name = typeof type === "function" ? type.name || `class ${index}` : type;
  if (typeof name !== "string" || typeof apply !== "function") {
    throw new InvalidOptionError(
      `${functionName}(): hashFuncs entry ${typeof name === "string" ? `"${name}"` : index} must pair a type with a function`,
    );
  }
  return { type: type as string | AnyClass, name, index, apply: apply as HashFunction };
}

/** The rule for a value: by `typeof` name for primitives, else of the nearest class on the prototype chain. */
export function findRule(rules: Rules, value: unknown): Rule | undefined {
  if (typeof value === "object" && value !== null) return ruleByChain(rules, value);
  const type = value === null ? "null" : typeof value;
  return (
    rules.list.find((rule) => rule.type === type || BOXES.get(rule.type) === type) ??
    (typeof value === "function" ? ruleByChain(rules, value) : undefined)
  );
}

function ruleByChain(rules: Rules, value: object): Rule | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return undefined;
  const known = rules.found.get(prototype);
  if (known !== undefined || rules.found.has(prototype)) return known;
  const rule = searchChain(rules, prototype);
  rules.found.set(prototype, rule);
  return rule;
}

function searchChain(rules: Rules, prototype: object): Rule | undefined {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const made = Object.getOwnPropertyDescriptor(at, "constructor")?.value as { name?: unknown } | undefined;
    const found =
      rules.list.find((rule) => typeof rule.type === "function" && rule.type.prototype === at) ??
      rules.list.find((rule) => rule.type === made?.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name of a rule in errors: that of the function where it has one of its own, else that of the type. */
export function ruleTitle(rule: Rule): string {
  const own = rule.apply.name;
  return own !== "" && own !== rule.name ? `${rule.name} (${own})` : rule.name;
}

/** Note for an argument whose hash is itself unhashable. */
export const resultNote = (rule: Rule, result: unknown) =>
  `the hash function for ${ruleTitle(rule)} returned a ${typeName(result)}`;
