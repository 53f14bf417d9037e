import { defineValue, isResizable, mapEntries, setValues } from "../values/intrinsics.ts";
import { kindOf } from "../values/value-kind.ts";
import { type Copy, type Fill, stepAt } from "./monomorphic.ts";

/**
 * How one part of a snapshot is copied for each caller. The cache owns its snapshots and looked at them when it made them, so a
 * copy asks no more questions: it is made of functions put together once, which copy flat parts whole and visit only what is nested.
 */
export interface Plan {
  /** Tells plans apart; parts of the same shape share one. */
  readonly id: number;
  /** The whole copy. */
  readonly copy: Copy;
  /** The copy before its inside is copied, where something inside may refer to it. */
  readonly start: Copy;
  /** Copies the inside; takes the copy and what it is a copy of. */
  // biome-ignore lint/suspicious/noExplicitAny: as for every copy, a plan fits the values it was made for.
  readonly fill: ((copy: any, kept: any) => unknown) | undefined;
  /** True for `{ ...object }` and no more. */
  readonly isFlat: boolean;
  /** True where the plan belongs to one value; others are shared by all values of the same shape. */
  readonly isLocal: boolean;
}

/** A copy that is complete at once. */
export const whole = (copy: Copy) => ({ copy, start: copy, fill: undefined, isFlat: false });

/** A list with nothing inside but values that cannot change; keeps holes. */
export const slice: Copy = (kept: unknown[]) => kept.slice();
/** True for memory that cannot grow and belongs to one thread. */
export const isFixed = (buffer: object): boolean => kindOf(buffer) === "buffer" && !isResizable(buffer);

/** With more objects inside, one object is filled by a loop: steps that call each other would need a deep stack. */
const MOST_STEPS = 16;

/** Copies what is inside an object, in the order of its keys, then does what is `last`. */
export function fillObject(
  shape: string,
  keys: readonly string[],
  plans: readonly (Plan | undefined)[],
  last: Fill | undefined,
): Fill | undefined {
  const inside = keys.flatMap((key, i) => (plans[i] === undefined ? [] : [{ key, copy: plans[i].copy }]));
  if (inside.length <= MOST_STEPS && !keys.includes("__proto__"))
    return inside.reduceRight((next, { key, copy }) => stepAt(`${key} ${shape}`)(key, copy, next), last);
  return (object: Record<string, unknown>) => {
    for (const { key, copy } of inside) {
      // Assigning to `__proto__` would set the prototype.
      if (key !== "__proto__") object[key] = copy(object[key]);
      else defineValue(object, key, copy(Object.getOwnPropertyDescriptor(object, key)?.value));
    }
    return last === undefined ? object : last(object);
  };
}

/** Copies the elements at some indexes, each by its plan or all by one. */
export function copyEach(indexes: readonly number[], plans: Plan | readonly Plan[]): Fill {
  return (list: unknown[]) => {
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i] as number;
      list[index] = ("id" in plans ? plans : (plans[i] as Plan)).copy(list[index]);
    }
    return list;
  };
}

/** Puts copies of keys and values into the copy of a Map. */
export function fillMap(fillKeys: Fill | undefined, fillValues: Fill | undefined) {
  return (copy: Map<unknown, unknown>, kept: Map<unknown, unknown>): object => {
    if (fillKeys === undefined && fillValues === undefined) {
      for (const [key, value] of mapEntries(kept)) copy.set(key, value);
      return copy;
    }
    const keys: unknown[] = [];
    const values: unknown[] = [];
    for (const [key, value] of mapEntries(kept)) {
      keys.push(key);
      values.push(value);
    }
    fillKeys?.(keys);
    fillValues?.(values);
    for (let i = 0; i < keys.length; i++) copy.set(keys[i], values[i]);
    return copy;
  };
}

/** Puts copies of members into the copy of a Set. */
export function fillSet(fill: Fill | undefined) {
  return (copy: Set<unknown>, kept: Set<unknown>): object => {
    const members = [...setValues(kept)];
    fill?.(members);
    for (const member of members) copy.add(member);
    return copy;
  };
}
