import { HashFuncError, UnhashableArgumentError } from "../errors.ts";
import type { Refuse } from "../options/option-parser.ts";
import { isSignal } from "../values/abort-signal.ts";
import { isDirectPart } from "./direct-parts.ts";
import { encodeParts } from "./encode-parts.ts";
import type { DisabledRules, EntryKey, HashRules, KeyLabels, KeyWriter } from "./entry-key.ts";

/** Turns a value into something whose content stands for it in the key. */
// biome-ignore lint/suspicious/noExplicitAny: each rule takes instances of its own class.
export type HashFunction = (value: any) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: classes of every constructor signature.
type AnyClass = abstract new (...args: any[]) => unknown;

/** By type name, or by class where names could clash. The nearest class on the prototype chain wins. */
export type HashFuncs = Record<string, HashFunction> | readonly (readonly [AnyClass | string, HashFunction])[];

/** One entry of `hashFuncs`. */
interface Rule {
  type: string | AnyClass;
  name: string;
  /** What stands before a result in a key: the rule's place and its name. */
  tag: string;
  /** The same in a key that is no text. Every copy of the package has the same one, and no caller's symbol is ever part of a key. */
  symbol: symbol;
  apply: HashFunction;
}

/** What a rule made of an argument. */
class Applied {
  readonly rule: Rule;
  readonly result: unknown;

  constructor(rule: Rule, result: unknown) {
    this.rule = rule;
    this.result = result;
  }
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

/** The rules of one cached function. */
class RuleSet implements HashRules {
  /** True where a rule stands for a primitive type, so that primitives cannot be looked up as they are. */
  readonly primitives: boolean;
  private readonly list: readonly Rule[];
  /** Those found for a prototype before; `undefined` where there is none. */
  private readonly found = new WeakMap<object, Rule | undefined>();

  constructor(list: readonly Rule[]) {
    this.list = list;
    this.primitives = list.some((rule) => PRIMITIVES.includes(BOXES.get(rule.type) ?? rule.name));
  }

  applies(value: unknown, off: DisabledRules | undefined): boolean {
    return this.find(value, off) !== undefined;
  }

  /** The rule for a value: by `typeof` name for primitives, else of the nearest class on the prototype chain. */
  private find(value: unknown, off: DisabledRules | undefined): Rule | undefined {
    const rule = this.byType(value);
    return rule === undefined || isOff(rule, off) ? undefined : rule;
  }

  private byType(value: unknown): Rule | undefined {
    if (typeof value === "object" && value !== null) return this.byChain(value);
    const type = value === null ? "null" : typeof value;
    return (
      this.list.find((rule) => rule.type === type || BOXES.get(rule.type) === type) ??
      (typeof value === "function" ? this.byChain(value) : undefined)
    );
  }

  private byChain(value: object): Rule | undefined {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null) return undefined;
    const known = this.found.get(prototype);
    if (known !== undefined || this.found.has(prototype)) return known;
    const rule = this.searchChain(prototype);
    this.found.set(prototype, rule);
    return rule;
  }

  private searchChain(prototype: object): Rule | undefined {
    for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
      const made = Object.getOwnPropertyDescriptor(at, "constructor")?.value as { name?: unknown } | undefined;
      const found =
        this.list.find((rule) => typeof rule.type === "function" && rule.type.prototype === at) ??
        this.list.find((rule) => rule.type === made?.name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The key of a call. Where rules make primitives of its arguments, those are looked up as they are, each behind what
   * stands for its rule; so a result can't be taken for an argument, nor for the result of another rule.
   */
  keyOf(parts: readonly unknown[], labels: KeyLabels): EntryKey {
    if (this.primitives) return encodeParts(parts, labels, this);
    if (parts.length === 1) return this.keyOfOne(parts[0], labels);
    const applied: unknown[] = [];
    const way: unknown[] = [];
    let isShort = true;
    for (let i = 0; i < parts.length; i++) {
      const part = this.appliedTo(parts[i], i, labels);
      applied.push(part);
      if (part instanceof Applied) way.push(part.rule.symbol, part.result);
      else way.push(part);
      isShort &&= way.length <= 3 && isDirectPart(way.at(-1));
    }
    return isShort ? way : encodeParts(applied, labels, this);
  }

  /** The same for a single part, which most rules are for, without lists that grow. */
  private keyOfOne(part: unknown, labels: KeyLabels): EntryKey {
    const applied = this.appliedTo(part, 0, labels);
    const isApplied = applied instanceof Applied;
    if (!isDirectPart(isApplied ? applied.result : applied)) return encodeParts([applied], labels, this);
    return isApplied ? [applied.rule.symbol, applied.result] : [applied];
  }

  private appliedTo(part: unknown, index: number, labels: KeyLabels): unknown {
    if (isDirectPart(part)) return part;
    const rule = this.find(part, undefined);
    if (rule === undefined) return isSignal(part) ? undefined : part;
    return new Applied(
      rule,
      apply(rule, part, labels, () => labels.parts[index] ?? `argument ${index + 1}`),
    );
  }

  /** Encodes the result of a rule in place of the value; the rule is off inside its own result. False where there is no rule. */
  encode(encoder: KeyWriter, value: unknown, off: DisabledRules | undefined, key: unknown): boolean {
    const known = value instanceof Applied ? value : undefined;
    const rule = known?.rule ?? this.find(value, off);
    if (rule === undefined) return false;
    const result = known === undefined ? apply(rule, value, encoder.labels, () => encoder.path(key)) : known.result;
    encoder.out += rule.tag;
    try {
      encoder.value(result, { rule, more: off }, key);
    } catch (error) {
      throw error instanceof UnhashableArgumentError ? blame(rule, error) : error;
    }
    return true;
  }
}

function isOff(rule: Rule, off: DisabledRules | undefined): boolean {
  for (let at = off; at !== undefined; at = at.more) if (at.rule === rule) return true;
  return false;
}

function apply(rule: Rule, value: unknown, labels: KeyLabels, path: () => string): unknown {
  try {
    return rule.apply(value);
  } catch (cause) {
    throw new HashFuncError({ function: labels.name, rule: ruleTitle(rule), path: path(), cause });
  }
}

/** Says that it was a rule's result, not the argument itself, that could not be encoded. */
function blame(rule: Rule, error: UnhashableArgumentError): UnhashableArgumentError {
  if (error.message.includes(BLAME)) return error;
  const { parameter, path, type } = error;
  return new UnhashableArgumentError({
    function: error.function,
    parameter,
    path,
    type,
    note: `${BLAME} ${ruleTitle(rule)}`,
  });
}

const BLAME = "returned by the hash function for";

/** The name of a rule in errors: that of the function where it has one of its own, else that of the type. */
function ruleTitle(rule: Rule): string {
  const own = rule.apply.name;
  return own !== "" && own !== rule.name ? `${rule.name} (${own})` : rule.name;
}

/** Reads the `hashFuncs` option of a function; `undefined` for what can't be one. */
export function parseRules(option: unknown, refuse: Refuse): HashRules | undefined {
  const isList = Array.isArray(option);
  // A Map of rules would be read as an object that has none.
  if (!isList && Object.prototype.toString.call(option) !== "[object Object]") return undefined;
  const pairs: [unknown, unknown][] = isList ? option : Object.entries(option as object);
  return new RuleSet(pairs.map((pair, index) => parseRule(pair, index, refuse)));
}

function parseRule(pair: unknown, index: number, refuse: Refuse): Rule {
  const [type, apply] = Array.isArray(pair) ? pair : [];
  const name = typeof type === "function" ? type.name || `class ${index}` : type;
  if (typeof name !== "string" || typeof apply !== "function") {
    const entry = typeof name === "string" ? `"${name}"` : index;
    return refuse(`entry ${entry} must pair a type with a function`);
  }
  const tag = `H${index}:${name.length}:${name}`;
  return {
    type: type as string | AnyClass,
    name,
    tag,
    symbol: Symbol.for(tag),
    apply: apply as HashFunction,
  };
}
