import { parseBytes } from "../runtime/options/bytes.ts";
import { parseDuration } from "../runtime/options/duration.ts";
import type { Kind } from "./types.ts";

/** What an option accepts: `check` gets the value of a literal and returns what is emitted, or throws with the reason. */
export interface Rule {
  kinds: Kind[];
  expects: string;
  /** Absent: only a function, array or object will do, so a plain literal is wrong. */
  check?: (value: unknown) => string | number | boolean;
  /** The build needs the value: an expression that only run time can know is refused. */
  literalOnly?: boolean;
  /** The member of `cachet/internal` that checks a value which only run time knows. */
  runtimeCheck?: string;
  /** The parts of the runtime that a function with this option needs. */
  features?: readonly string[];
}

const DATA: Kind[] = ["data"];
const RESOURCE: Kind[] = ["resource"];
const BOTH: Kind[] = ["data", "resource"];

export const RULES: Record<string, Rule> = {
  ttl: {
    kinds: BOTH,
    expects: 'seconds as a number, or a text such as "1h30m"',
    check: parseDuration,
    runtimeCheck: "checkDuration",
    features: ["limits"],
  },
  maxEntries: {
    kinds: BOTH,
    expects: "a whole number of at least 1",
    check: positiveInteger,
    runtimeCheck: "checkCount",
    features: ["limits"],
  },
  maxBytes: {
    kinds: DATA,
    expects: 'bytes as a number, or a text such as "100MB"',
    check: parseBytes,
    runtimeCheck: "checkBytes",
    features: ["limits"],
  },
  persist: {
    kinds: DATA,
    expects: 'true, false, "disk" or the name of a registered store',
    check: persistence,
    runtimeCheck: "checkStore",
    features: ["durable", "ownStore"],
  },
  copy: { kinds: DATA, expects: '"freeze"', check: oneOf("freeze"), literalOnly: true },
  showSpinner: { kinds: BOTH, expects: "true, false or a text", check: spinnerText, runtimeCheck: "checkSpinner" },
  showTime: { kinds: BOTH, expects: "true or false", check: flag, runtimeCheck: "checkFlag" },
  hashFuncs: { kinds: BOTH, expects: "{ TypeName: fn } or [[Class, fn], …]", runtimeCheck: "checkRules" },
  validate: {
    kinds: BOTH,
    expects: "a function (value, ...args) => boolean",
    runtimeCheck: "checkFunction",
    features: ["validate"],
  },
  onRelease: {
    kinds: RESOURCE,
    expects: "a function of the resource",
    runtimeCheck: "checkFunction",
    features: ["release"],
  },
  this: {
    kinds: BOTH,
    expects: '"identity", "value" or "ignore"',
    check: oneOf("identity", "value", "ignore"),
    literalOnly: true,
  },
  allowWidgets: { kinds: BOTH, expects: "true or false", check: flag, literalOnly: true },
  codeHash: { kinds: BOTH, expects: '"deep" or "own"', check: oneOf("deep", "own"), literalOnly: true },
  version: { kinds: BOTH, expects: "a text or a number", check: textOrNumber, literalOnly: true },
};

function positiveInteger(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1) throw new Error("it is not a whole number of at least 1");
  return value as number;
}
function flag(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error("it is not a boolean");
  return value;
}
function persistence(value: unknown): string | boolean {
  if (typeof value === "boolean" || (typeof value === "string" && value !== "")) return value;
  throw new Error("it is neither a boolean nor a store's name");
}
function spinnerText(value: unknown): string | boolean {
  if (typeof value === "boolean" || typeof value === "string") return value;
  throw new Error("it is neither a boolean nor a text");
}
function textOrNumber(value: unknown): string | number {
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new Error("it is neither a text nor a number");
}
function oneOf(...names: string[]): (value: unknown) => string {
  return (value) => {
    if (typeof value !== "string" || !names.includes(value)) throw new Error(`it is none of ${names.join(", ")}`);
    return value;
  };
}
