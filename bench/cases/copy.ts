export interface Row {
  id: number;
  name: string;
  price: number;
  active: boolean;
  at: number;
}

export const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `name ${id}`,
    price: id * 1.5,
    active: id % 2 === 0,
    at: 1_700_000_000 + id,
  }));

export const nested = (count: number) =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `name ${id}`,
    tags: ["a", "b", `t${id % 7}`],
    at: { x: id, y: id * 2, z: 0 },
    meta: { a: { b: id } },
  }));

const columns = (count: number) => ({
  id: Float64Array.from({ length: count }, (_, i) => i),
  price: Float64Array.from({ length: count }, (_, i) => i * 1.5),
  at: Float64Array.from({ length: count }, (_, i) => 1_700_000_000 + i),
  name: Array.from({ length: count }, (_, i) => `name ${i}`),
  active: Uint8Array.from({ length: count }, (_, i) => i & 1),
});

const shared = { unit: "m", scale: 1 };

export const exotic = () => ({
  map: new Map([
    ["a", { n: 1 }],
    ["b", { n: 2 }],
  ]),
  set: new Set([1, 2, 3]),
  at: new Date(1_700_000_000_000),
  big: 12345678901234567890n,
  pattern: /a+/g,
  hole: [1, , 3],
  none: undefined,
  zero: -0,
});

/** Set lower by a quick run. */
export const sizes = { many: 100_000, floats: 1_000_000 };

/** The values that are copied, made anew at each call. */
export const samples: Record<string, () => unknown> = {
  primitive: () => 42,
  small: () => ({ a: 1, b: "hello", c: [3] }),
  rows: () => rows(1000),
  nested: () => nested(1000),
  aliased: () => nested(1000).map((row) => ({ ...row, unit: shared })),
  many: () => rows(sizes.many),
  exotic,
  floats: () => Float64Array.from({ length: sizes.floats }, (_, i) => i * 0.5),
  columns: () => columns(sizes.many),
};

/** @cacheData */
export function sample(name: string): unknown {
  return (samples[name] as () => unknown)();
}
