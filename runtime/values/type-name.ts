/** Name of a value's type for people: `function`, `WeakMap`, `Point`. Runs no code of the value's. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object" && typeof value !== "function") return typeof value;
  try {
    for (let from: object | null = value; from !== null; from = Object.getPrototypeOf(from)) {
      const made = Object.getOwnPropertyDescriptor(from, "constructor")?.value as unknown;
      if (from === value && typeof value === "function") continue;
      if (typeof made === "function" && typeof made.name === "string" && made.name !== "") {
        return typeof value === "function" && made.name === "Function" ? "function" : made.name;
      }
    }
  } catch {
    // A proxy may refuse to be looked at.
  }
  return typeof value;
}

/** The same where no class has the value's name: a `Generator`, an `Array Iterator`. */
export function typeTitle(value: unknown): string {
  const name = typeName(value);
  if (name !== "Object" || typeof value !== "object" || value === null) return name;
  try {
    for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
      const tag: unknown = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag)?.value;
      if (typeof tag === "string") return tag;
    }
  } catch {
    // A proxy may refuse to be looked at.
  }
  return name;
}

/** `.name`, `[3]` or `["odd name"]`: one step of a path. */
export function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  if (typeof key === "string") {
    if (/^(0|[1-9]\d*)$/.test(key)) return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return `[${typeof key === "symbol" ? String(key) : typeof key === "object" ? typeName(key) : String(key)}]`;
}
