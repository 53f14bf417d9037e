import { state } from "../registry.ts";
import type { AnyCodec } from "../settings.ts";
import { defineValue, mapEntries, memoryOf, setValues } from "../values/intrinsics.ts";
import { currentPrototype } from "../values/value-classes.ts";
import { bytesOf, className, type Kind, kindOf } from "../values/value-kind.ts";
import type { Column } from "./column.ts";
import { clonePlatformValue, copyView, inBytes, STARTS } from "./copiers.ts";
import { Encoded } from "./encoded.ts";
import { type Copy, flatAt, listAt, objectAt } from "./monomorphic.ts";
import { copyEach, fillMap, fillObject, fillSet, isFixed, type Plan, slice, whole } from "./plan-steps.ts";
import type { ShapeInfo } from "./shape-info.ts";
import { copySnapshot } from "./take-snapshot.ts";

/** The plan of a shared object, once it is made, and how the object is copied from within itself. */
interface SharedPlan {
  plan: Plan | undefined;
  inner: Plan | undefined;
}

/** Bytes from which on the memory of a copy is worth more than the copying. */
export const LARGE = 2 ** 20;
/** Deeper snapshots are copied without a plan, by a loop that needs no stack. */
const MAX_DEPTH = 200;
/** A longer text of names is that of a table by name, which no other value is like: not worth remembering for all. */
const LONGEST_SHAPE = 4096;
/** Plans by the shape they are for, shared by all entries. */
const planCache = new Map<string, Plan>();
const MAX_CACHED_PLANS = 1000;
let lastId = 0;
/** The last object planned that has nothing inside: rows are like the row before, and entries of a function like each other. */
let lastRow: { keys: readonly string[]; plan: Plan | undefined } = { keys: [], plan: undefined };

/** What makes a caller's copy of a snapshot; `undefined` where it is a primitive, which needs no copy. */
export function planCopy(snapshot: unknown, shapeInfo: ShapeInfo): Copy | undefined {
  if (typeof snapshot !== "object" || snapshot === null) return undefined;
  const planner = new Planner(shapeInfo);
  const plan = planner.plan(snapshot, 0);
  return plan === undefined ? copySnapshot : planner.copier(plan);
}

/** A flat copy of an object that inherits from nothing, or of an instance. Each shape has a place of its own (see `monomorphic.ts`). */
const startOf = (kind: "null" | "instance", name: string): Copy =>
  kind === "null"
    ? (kept) => ({ __proto__: null, ...kept })
    : (kept) => ({ __proto__: currentPrototype(name, kept), ...kept });

/** Makes the plan for one snapshot. Gives up, with `undefined`, where one would need a deep stack. */
class Planner {
  private readonly shapeInfo: ShapeInfo;
  private readonly local = new Map<string, Plan>();
  /** Plans of shared objects; one without a `copy` yet is being made, and what meets it closes a cycle. */
  private readonly sharedPlans = new Map<object, SharedPlan>();
  private readonly codecs: AnyCodec[] = [];
  /** The copies of shared objects, during one copy. */
  private readonly done = { copies: new Map<object, object>() };

  constructor(shapeInfo: ShapeInfo) {
    this.shapeInfo = shapeInfo;
  }

  /** Copies of shared objects are remembered for the length of one copy; a codec may start another one meanwhile. */
  copier({ copy }: Plan): Copy {
    const { done } = this;
    if (this.sharedPlans.size === 0) return copy;
    return (kept) => {
      const outer = done.copies;
      done.copies = new Map();
      try {
        return copy(kept);
      } finally {
        done.copies = outer;
      }
    };
  }

  plan(value: object, depth: number): Plan | undefined {
    if (depth > MAX_DEPTH) return undefined;
    return this.shapeInfo.shared.has(value) ? this.planShared(value, depth) : this.planOnce(value, depth);
  }

  private planShared(value: object, depth: number): Plan | undefined {
    let holder = this.sharedPlans.get(value);
    if (holder === undefined) {
      this.sharedPlans.set(value, (holder = { plan: undefined, inner: undefined }));
      holder.plan = this.planOnce(value, depth);
      if (holder.plan === undefined) return undefined;
    }
    const { plan } = holder;
    if (plan !== undefined) return this.planFor(`again ${plan.id}`, true, () => whole(this.rememberedBy(holder)));
    // A cycle. An instance cannot be inside its own encoding; the plan of others is there when copies are made.
    if (value instanceof Encoded) return undefined;
    return (holder.inner ??= this.once(this.rememberedBy(holder)));
  }

  private rememberedBy(holder: SharedPlan): Copy {
    const { done } = this;
    return (kept: object) => {
      const known = done.copies.get(kept);
      if (known !== undefined) return known;
      const { start, fill } = holder.plan as Plan;
      const copy = start(kept) as object;
      done.copies.set(kept, copy);
      fill?.(copy, kept);
      return copy;
    };
  }

  private planOnce(value: object, depth: number): Plan | undefined {
    if (value instanceof Encoded) return this.planEncoded(value, depth);
    const kind = kindOf(value);
    if (kind === undefined) return this.planFor("platform", false, () => whole(clonePlatformValue));
    const irregular = this.shapeInfo.irregular.get(value);
    if (irregular !== undefined) return this.planIrregular(value, irregular, kind, depth);
    switch (kind) {
      case "object":
      case "null":
      case "instance":
        return this.planObject(value as Record<string, unknown>, kind, depth);
      case "array":
        return this.planArray(value as unknown[], depth);
      case "map":
      case "set":
        return this.planCollection(value as Map<unknown, unknown> | Set<unknown>, kind, depth);
      case "typed":
      case "dataview":
        return this.planView(value, depth);
      default:
        // They hold nothing, or what they hold is irregular.
        kind satisfies "date" | "regexp" | "url" | "params" | "boxed" | "buffer" | "shared" | "error" | "blob";
        return this.planFor(kind, false, () => whole(STARTS[kind] as Copy));
    }
  }

  private planObject(
    value: Record<string, unknown>,
    kind: "object" | "null" | "instance",
    depth: number,
  ): Plan | undefined {
    const keys = Object.keys(value);
    if (kind === "object" && this.isLikeLastRow(keys, value)) return lastRow.plan;
    const inside = this.planInside(Object.values(value), depth);
    if (inside === undefined) return undefined;
    const isFrozen = this.shapeInfo.frozen.has(value);
    const shape = `${isFrozen ? "frozen" : ""}${JSON.stringify(keys)}`;
    const name = kind === "instance" ? className(value) : "";
    const text = `${kind}${name} ${shape} ${inside.plans.map((plan) => plan?.id)}`;
    const isLong = shape.length > LONGEST_SHAPE;
    const plan = this.planFor(text, inside.isLocal || isLong, () => {
      const callSite = isLong ? "" : shape;
      const fill = fillObject(callSite, keys, inside.plans, isFrozen ? Object.freeze : undefined);
      const start = kind === "object" ? flatAt(callSite) : startOf(kind, name);
      if (fill === undefined) return { ...whole(start), isFlat: kind === "object" };
      const copy: Copy = kind === "object" ? objectAt(callSite)(fill) : (kept) => fill(start(kept));
      return { copy, start, fill, isFlat: false };
    });
    if (plan.isFlat && !isLong) lastRow = { keys, plan };
    return plan;
  }

  /** Rows of a table mostly look like the one before: that is found out faster than a shape is written down. */
  private isLikeLastRow(keys: readonly string[], value: Record<string, unknown>): boolean {
    if (lastRow.plan === undefined || lastRow.keys.length !== keys.length || this.shapeInfo.frozen.size > 0)
      return false;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== lastRow.keys[i]) return false;
      const item = value[keys[i] as string];
      if (typeof item === "object" && item !== null) return false;
    }
    return true;
  }

  private planArray(items: readonly unknown[], depth: number): Plan | undefined {
    const isFrozen = this.shapeInfo.frozen.has(items);
    const inside = this.planItems(items, depth);
    if (inside === undefined) return undefined;
    return this.planFor(`array${isFrozen ? " frozen" : ""} ${inside.text}`, inside.isLocal, () => {
      const fill = isFrozen ? (copy: unknown[]) => Object.freeze(inside.fill?.(copy) ?? copy) : inside.fill;
      if (fill === undefined) return whole(slice);
      return { copy: (kept: unknown[]) => fill(kept.slice()), start: slice, fill, isFlat: false };
    });
  }

  /** What is inside a list, and what copies it in place. */
  private planItems(items: readonly unknown[], depth: number) {
    const indexes: number[] = [];
    const plans: Plan[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item !== "object" || item === null) continue;
      const plan = this.plan(item, depth + 1);
      if (plan === undefined) return undefined;
      indexes.push(i);
      plans.push(plan);
    }
    const first = plans[0];
    if (first === undefined) return { text: "", isLocal: false, fill: undefined };
    const isUniform = plans.every((plan) => plan === first) || plans.every((plan) => plan.isFlat);
    if (isUniform && plans.length === items.length) {
      return { text: `each ${first.id}`, isLocal: first.isLocal, fill: listAt(String(first.id))(first.copy) };
    }
    const isLocal = plans.length > 16 || plans.some((plan) => plan.isLocal);
    const text = isLocal ? `some ${++lastId}` : `some ${indexes} ${plans.map(({ id }) => id)}`;
    return { text, isLocal, fill: copyEach(indexes, isUniform ? first : plans) };
  }

  private planCollection(
    value: Map<unknown, unknown> | Set<unknown>,
    kind: "map" | "set",
    depth: number,
  ): Plan | undefined {
    const keys = this.planItems(
      kind === "map" ? [...mapEntries(value)].map(([key]) => key) : [...setValues(value)],
      depth,
    );
    const values =
      kind === "map"
        ? this.planItems(
            [...mapEntries(value)].map(([, item]) => item),
            depth,
          )
        : undefined;
    if (keys === undefined || (kind === "map" && values === undefined)) return undefined;
    const isLocal = keys.isLocal || values?.isLocal === true;
    return this.planFor(`${kind} ${keys.text} ${values?.text}`, isLocal, () => {
      const fill: Plan["fill"] = kind === "map" ? fillMap(keys.fill, values?.fill) : fillSet(keys.fill);
      const start = STARTS[kind] as Copy;
      return { copy: (kept) => fill(start(kept), kept), start, fill, isFlat: false };
    });
  }

  /** A view over all of a buffer that nothing else uses and nothing was put on is copied at once; others keep sharing their buffer's copy. */
  private planView(value: object, depth: number): Plan | undefined {
    const isInBytes = inBytes.has(value);
    const { buffer, byteLength } = memoryOf(value);
    const { shared, irregular } = this.shapeInfo;
    const isWhole =
      isInBytes || (byteLength === bytesOf(buffer).length && !shared.has(buffer) && !irregular.has(buffer));
    const name = className(value);
    if (isWhole && name !== "Buffer" && name !== "DataView" && isFixed(buffer)) {
      const made = (globalThis as Record<string, unknown>)[name] as new (from: object) => object;
      if (byteLength < LARGE)
        return this.planFor(`typed ${name}`, false, () => whole((kept: object) => new made(kept)));
      this.shapeInfo.hasLarge = true;
      return this.planFor(`large ${name}`, false, () =>
        whole((kept: Column) => state.features.prefetchedCopies?.take(kept) ?? new made(kept)),
      );
    }
    const plan = this.plan(buffer, depth + 1);
    if (plan === undefined) return undefined;
    return this.planFor(`view ${plan.id}`, plan.isLocal, () => whole((kept: object) => copyView(kept, plan.copy)));
  }

  private planEncoded({ codec, data }: Encoded, depth: number): Plan | undefined {
    const inside = this.planInside([data], depth);
    if (inside === undefined) return undefined;
    const [plan] = inside.plans;
    if (!this.codecs.includes(codec)) this.codecs.push(codec);
    return this.planFor(`encoded ${this.codecs.indexOf(codec)} ${plan?.id}`, true, () =>
      whole((kept: Encoded) => codec.decode(plan === undefined ? kept.data : plan.copy(kept.data))),
    );
  }

  /** Hidden, read-only or added properties are put on one by one, and what was closed is closed again. */
  private planIrregular(value: object, keys: readonly string[], kind: Kind, depth: number): Plan | undefined {
    const found = keys.map((key) => Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor);
    // In the order of copying: what was planned as reached by a short way must not be copied by a long one.
    const content =
      kind === "map" || kind === "set" ? this.planCollection(value as Set<unknown>, kind, depth) : undefined;
    const inside = this.planInside(
      found.map((each) => each.value as unknown),
      depth,
    );
    if (inside === undefined || (content === undefined && (kind === "map" || kind === "set"))) return undefined;
    const start = STARTS[kind] as Copy;
    const fill = (copy: object, kept: object) => {
      content?.fill?.(copy, kept);
      for (let i = 0; i < keys.length; i++) {
        const descriptor = found[i] as PropertyDescriptor;
        const make = inside.plans[i]?.copy;
        defineValue(copy, keys[i] as string, make ? make(descriptor.value) : descriptor.value, descriptor);
      }
      if (Object.isFrozen(kept)) Object.freeze(copy);
      else if (!Object.isExtensible(kept)) Object.preventExtensions(copy);
      return copy;
    };
    return this.once((kept: object) => fill(start(kept), kept), start, fill);
  }

  /** A plan for each value that needs one. */
  private planInside(values: readonly unknown[], depth: number) {
    const plans: (Plan | undefined)[] = [];
    let isLocal = false;
    for (const item of values) {
      const plan = typeof item === "object" && item !== null ? this.plan(item, depth + 1) : undefined;
      if (plan === undefined && typeof item === "object" && item !== null) return undefined;
      if (plan?.isLocal) isLocal = true;
      plans.push(plan);
    }
    return { plans, isLocal };
  }

  /** A plan for one object and no other. */
  private once(copy: Copy, start = copy, fill?: Plan["fill"]): Plan {
    return { id: ++lastId, copy, start, fill, isFlat: false, isLocal: true };
  }

  /** The plan for a shape: the one there is, or a new one. */
  private planFor(text: string, isLocal: boolean, make: () => Omit<Plan, "id" | "isLocal">): Plan {
    const plans = isLocal ? this.local : planCache;
    let plan = plans.get(text);
    if (plan !== undefined) return plan;
    plan = { ...make(), id: ++lastId, isLocal };
    if (plans === planCache && planCache.size >= MAX_CACHED_PLANS) planCache.clear();
    plans.set(text, plan);
    return plan;
  }
}
