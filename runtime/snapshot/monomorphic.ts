/** Makes a caller's copy of one part of a snapshot. */
// biome-ignore lint/suspicious/noExplicitAny: what a copy takes was looked at when its plan was made; no type says it.
export type Copy = (kept: any) => any;

/** Replaces, in a copy that is still flat, what it shares with the snapshot, and returns it. */
export type Fill = Copy;

/*
 * The engine remembers for each place in the source which layouts of objects it has met there. A place that has met more
 * than four is slow for all of them: 84 instead of 18 µs for `{ ...row }` over 1,000 rows. So shapes of objects are spread over
 * places of their own: the repetition below is the purpose.
 */

const FLATS: readonly Copy[] = [
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
  (kept) => ({ ...kept }),
];

const OBJECTS: readonly ((fill: Fill) => Copy)[] = [
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
  (fill) => (kept) => fill({ ...kept }),
];

const STEPS: readonly ((key: string, copy: Copy, next: Fill | undefined) => Fill)[] = [
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
  (key, copy, next) => (object) => {
    object[key] = copy(object[key]);
    return next === undefined ? object : next(object);
  },
];

const LISTS: readonly ((copy: Copy) => Fill)[] = [
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
  (copy) => (list) => {
    for (let i = 0; i < list.length; i++) list[i] = copy(list[i]);
    return list;
  },
];

/** More shapes than this take turns without being remembered. */
const MOST = 500;

/** Gives each shape a place of its own while there are enough, and the same one each time. */
function callSitesOf<T>(list: readonly T[]): (shape: string) => T {
  const places = new Map<string, number>();
  return (shape) => {
    let place = places.get(shape);
    if (place === undefined) {
      place = places.size;
      if (place < MOST) places.set(shape, place);
    }
    return list[place % list.length] as T;
  };
}

/** `{ ...object }`, for objects with nothing inside but values that cannot change. */
export const flatAt = callSitesOf(FLATS);

/** `{ ...object }`, then `fill`. */
export const objectAt = callSitesOf(OBJECTS);

/** Copies what is under one key, then goes on with the next. */
export const stepAt = callSitesOf(STEPS);

/** Copies every element of a list, each in the same way. */
export const listAt = callSitesOf(LISTS);
