import { give } from "./copy.ts";

/**
 * How a snapshot that is a plain tree is copied for each caller. The cache owns its snapshots, so their shape is looked at
 * once: flat objects and arrays are then copied whole, and only what is nested is visited.
 */
export type Plan =
  /** `{ ...object }`: nothing inside but values that cannot change. */
  | { kind: "flat"; id: number }
  /** `array.slice()`, which keeps holes. */
  | { kind: "list"; id: number }
  | { kind: "date"; id: number }
  /** An object with something to copy under some of its keys. */
  | { kind: "object"; id: number; keys: readonly string[]; plans: readonly Plan[] }
  /** An array whose elements are all copied in the same way. */
  | { kind: "each"; id: number; plan: Plan }
  /** An array with something to copy at some indexes. */
  | { kind: "some"; id: number; indexes: readonly number[]; plans: readonly Plan[] };

const FLAT: Plan = { kind: "flat", id: 0 };
const LIST: Plan = { kind: "list", id: 1 };
const DATE: Plan = { kind: "date", id: 2 };

/** The plan for a snapshot that `keep` found to be a plain tree: objects, arrays and dates, each referred to once. */
export function planOf(snapshot: object): Plan {
  return new Planner().plan(snapshot);
}

/** Gives parts of the same shape the same plan, so that a thousand rows share one. */
class Planner {
  private readonly plans = new Map<string, Plan>();

  plan(value: object): Plan {
    if (value instanceof Date) return DATE;
    return Array.isArray(value) ? this.array(value) : this.object(value as Record<string, unknown>);
  }

  private object(value: Record<string, unknown>): Plan {
    let keys: string[] | undefined;
    let plans: Plan[] | undefined;
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (typeof item !== "object" || item === null) continue;
      (keys ??= []).push(key);
      (plans ??= []).push(this.plan(item));
    }
    if (keys === undefined || plans === undefined) return FLAT;
    const [theKeys, thePlans] = [keys, plans];
    return this.shared(`o${JSON.stringify(keys)}${ids(plans)}`, (id) => ({
      kind: "object",
      id,
      keys: theKeys,
      plans: thePlans,
    }));
  }

  private array(items: readonly unknown[]): Plan {
    const indexes: number[] = [];
    const plans: Plan[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item !== "object" || item === null) continue;
      indexes.push(i);
      plans.push(this.plan(item));
    }
    const first = plans[0];
    if (first === undefined) return LIST;
    const isUniform = plans.length === items.length && plans.every((plan) => plan === first);
    if (isUniform) return this.shared(`e${first.id}`, (id) => ({ kind: "each", id, plan: first }));
    return { kind: "some", id: this.uniqueId(), indexes, plans };
  }

  /** Mixed arrays are hardly ever alike: they get an id of their own instead of a long text to compare. */
  private uniqueId(): number {
    const id = this.plans.size + 3;
    this.plans.set(`u${id}`, FLAT);
    return id;
  }

  private shared(text: string, make: (id: number) => Plan): Plan {
    let plan = this.plans.get(text);
    if (plan === undefined) this.plans.set(text, (plan = make(this.plans.size + 3)));
    return plan;
  }
}

/** What makes a caller's copy of a snapshot; `undefined` where it is a primitive, which needs no copy. */
export function giverOf(snapshot: unknown, isPlain: boolean): ((kept: unknown) => unknown) | undefined {
  if (typeof snapshot !== "object" || snapshot === null) return undefined;
  if (!isPlain) return give;
  const plan = planOf(snapshot);
  return (kept) => copyBy(plan, kept);
}

const ids = (plans: readonly Plan[]) => plans.map((plan) => plan.id).join();

/** A caller's own copy. */
export function copyBy(plan: Plan, value: unknown): unknown {
  switch (plan.kind) {
    case "flat":
      return { ...(value as object) };
    case "list":
      return (value as unknown[]).slice();
    case "date":
      return new Date((value as Date).getTime());
    case "object": {
      const copy = { ...(value as Record<string, unknown>) };
      for (let i = 0; i < plan.keys.length; i++) {
        const key = plan.keys[i] as string;
        copy[key] = copyBy(plan.plans[i] as Plan, copy[key]);
      }
      return copy;
    }
    case "each":
      return plan.plan === FLAT ? copyRows(value as object[]) : copyEach(plan.plan, value as unknown[]);
    case "some": {
      const copy = (value as unknown[]).slice();
      for (let i = 0; i < plan.indexes.length; i++) {
        const index = plan.indexes[i] as number;
        copy[index] = copyBy(plan.plans[i] as Plan, copy[index]);
      }
      return copy;
    }
  }
}

function copyRows(rows: readonly object[]): object[] {
  const copy = rows.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = { ...copy[i] };
  return copy;
}

function copyEach(plan: Plan, items: readonly unknown[]): unknown[] {
  const copy = items.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = copyBy(plan, copy[i]);
  return copy;
}
