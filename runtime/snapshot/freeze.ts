import { step, typeName } from "../values/type-name.ts";
import { type Kind, kindOf } from "../values/value-kind.ts";
import { Encoded } from "./encoded.ts";

/** True for kinds whose whole content is their properties, so that freezing protects it. */
const IS_FREEZABLE: Record<Kind, boolean> = {
  object: true,
  null: true,
  array: true,
  error: true,
  boxed: true,
  date: false,
  regexp: false,
  map: false,
  set: false,
  url: false,
  params: false,
  buffer: false,
  shared: false,
  dataview: false,
  typed: false,
  blob: false,
  instance: true,
};

/** Something that freezing does not protect, and where it is. */
export interface Unfreezable {
  /** Steps from the value: `.rows[0].at`. */
  path: string;
  type: string;
}

/** An object on its way, and how it was reached. */
interface Place {
  value: object;
  key: PropertyKey;
  from: Place | undefined;
}

/** Freezes a snapshot, all of it. What it cannot freeze it names; the rest may be frozen by then. */
export function freezeDeep(snapshot: unknown): Unfreezable | undefined {
  if (typeof snapshot !== "object" || snapshot === null) return undefined;
  const seen = new Set<object>([snapshot]);
  const places: Place[] = [{ value: snapshot, key: "", from: undefined }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value } = place;
    if (value instanceof Encoded) return { path: pathTo(place), type: value.codec.name };
    const kind = kindOf(value);
    if (kind === undefined || !IS_FREEZABLE[kind]) return { path: pathTo(place), type: typeName(value) };
    Object.freeze(value);
    for (const key of Reflect.ownKeys(value)) {
      const item = (value as Record<PropertyKey, unknown>)[key];
      if (typeof item !== "object" || item === null || seen.has(item)) continue;
      seen.add(item);
      places.push({ value: item, key, from: place });
    }
  }
  return undefined;
}

function pathTo(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | undefined = place; at?.from !== undefined; at = at.from) steps.unshift(step(at.key));
  return steps.join("");
}
