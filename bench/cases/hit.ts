/** How often a body ran: a hit must not change it. */
export const runs = { count: 0 };

export interface Options {
  page: number;
  sort: string;
  tags: number[];
}

export class User {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

/** @cacheData */
export function none(): number {
  runs.count++;
  return 42;
}

/** @cacheData */
export function text(name: string): number {
  runs.count++;
  return name.charCodeAt(0) * 100 + name.length;
}

/** @cacheData */
export function pair(name: string, page: number): number {
  runs.count++;
  return name.charCodeAt(0) * 100 + page;
}

/** @cacheData */
export function options(given: Options): number {
  runs.count++;
  return given.page * 100 + given.sort.length + (given.tags[0] ?? 0);
}

/** @cacheData */
export function numbers(list: readonly number[]): number {
  runs.count++;
  return list.length + (list[list.length - 1] ?? 0);
}

/** @cacheData */
export function floats(list: Float64Array): number {
  runs.count++;
  return list.length + (list[list.length - 1] ?? 0);
}

/** @cacheData */
export function ten(
  a: string,
  b: number,
  c: boolean,
  d: string,
  e: number,
  f: string,
  g: number,
  _db: object,
  _log: object,
  _signal: object,
): number {
  runs.count++;
  return a.length + b + Number(c) + d.length + e + f.length + g;
}

export class Sizes {
  readonly unit: number;

  constructor(unit: number) {
    this.unit = unit;
  }

  /** @cacheData */
  size(name: string): number {
    runs.count++;
    return this.unit * name.length + name.charCodeAt(0);
  }
}

/** @cacheData */
export async function later(name: string): Promise<number> {
  runs.count++;
  return name.charCodeAt(0) * 100 + name.length;
}

/** @cacheData */
export async function laterOptions(given: Options): Promise<number> {
  runs.count++;
  return given.page * 100 + given.sort.length + (given.tags[0] ?? 0);
}

/** @cacheData({ ttl: "1h" }) */
export function aging(name: string): number {
  runs.count++;
  return name.charCodeAt(0) * 100 + name.length;
}

/** @cacheData({ maxEntries: 100 }) */
export function bounded(id: number): number {
  runs.count++;
  return id * 2;
}

/** @cacheData({ hashFuncs: [[User, (user: User) => user.id]] }) */
export function ruled(user: User): number {
  runs.count++;
  return user.id.length + user.id.charCodeAt(0);
}

/**
 * Answers with the number of its run, for trying out which calls share an entry.
 * @cacheData
 */
export function anything(...args: unknown[]): number {
  return ++runs.count + args.length * 0;
}

/** @cacheData */
export function found(name: string): { name: string; list: number[] } {
  runs.count++;
  return { name, list: [1] };
}

/** @cacheData */
export function nothing(_name: string): undefined {
  runs.count++;
  return undefined;
}
