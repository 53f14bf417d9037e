export interface Query {
  page: number;
  sort: string;
  tags: number[];
}

export interface Flat {
  page: number;
  sort: string;
  desc: boolean;
}

export interface Nested {
  filter: { text: string; range: { from: number; to: number } };
  sort: { by: string; descending: boolean }[];
  page: number;
}

/**
 * Hands its argument on, so that all of it is the key.
 * @cacheData
 */
export function query(given: Query): number {
  return lengthOf(given);
}

/**
 * Reads members only, so that they are the key.
 * @cacheData
 */
export function flat(given: Flat): number {
  return given.page * 100 + given.sort.length + Number(given.desc);
}

/** @cacheData */
export function nested(given: Nested): number {
  return lengthOf(given);
}

/** @cacheData */
export function rows(given: readonly { id: number; name: string; price: number }[]): number {
  return lengthOf(given);
}

const lengthOf = (value: object): number => JSON.stringify(value).length;

/** @cacheData */
export function text(name: string): number {
  return name.length;
}

/** @cacheData({ ttl: "1h" }) */
export function aging(name: string): number {
  return name.length;
}

/** @cacheData({ maxEntries: 100 }) */
export function bounded(id: number): number {
  return id * 2;
}

/** @cacheData */
export function numbered(id: number): number {
  return id * 2;
}

/** @cacheData */
export async function later(name: string): Promise<number> {
  return name.length;
}

/**
 * A run that lasts as long as the caller likes.
 * @cacheData
 */
export async function slow(id: number): Promise<number> {
  await pause.until;
  return id * 2;
}

/**
 * The same for a turn of the event loop, or for good: no other run can begin within it.
 * @cacheData
 */
export async function alone(id: number): Promise<number> {
  await new Promise<void>((resolve) => id >= 0 && setImmediate(resolve));
  return id * 2;
}

/** What `slow` waits for. */
export const pause: { until: Promise<unknown> } = { until: Promise.resolve() };

/** @cacheData */
export async function* words(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield `word ${i}`;
}

export class Price {
  readonly id: number;
  readonly name: string;
  readonly amount: number;
  readonly isActive: boolean;
  readonly at: Date;

  constructor(id: number) {
    this.id = id;
    this.name = `name ${id}`;
    this.amount = id * 1.5;
    this.isActive = id % 2 === 0;
    this.at = new Date(1_700_000_000_000 + id);
  }

  withTax(): number {
    return this.amount * 1.2;
  }
}

/** @cacheData */
export function prices(count: number): Price[] {
  return Array.from({ length: count }, (_, id) => new Price(id));
}

/**
 * Hands its argument on, so that all of it is the key.
 * @cacheData
 */
export function sizeOf(table: object): number {
  return membersOf(table);
}

const membersOf = (value: object): number => Object.keys(value).length;

/** @cacheData({ persist: true }) */
export function kept(id: number): { id: number; text: string } {
  return { id, text: "x".repeat(900) };
}
