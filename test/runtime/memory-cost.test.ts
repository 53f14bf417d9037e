import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
/** So far what is counted may be from what the heap grows by. */
const TOLERANCE = 0.2;

/** Shapes of results, as code that runs in a process of its own, where nobody else takes memory. */
const SHAPES: Record<string, string> = {
  "rows of a table":
    "Array.from({ length: 20 }, (_, j) => ({ id: i + j, name: text(`name ${i} ${j}`), score: (i + j) / 3 }))",
  "a small object": "({ id: i, name: text(`n${i}`), ratio: i / 3 })",
  "nested objects":
    "({ user: { name: text(`n${i}`), tags: [text(`a${i}`)], at: { zip: i } }, meta: { at: i, ok: null } })",
  numbers: "Array.from({ length: 100 }, (_, j) => (i + j) / 3)",
  texts: "Array.from({ length: 50 }, (_, j) => text(`some text ${i} ${j} abc`))",
  "a long text": 'text(String(i).padEnd(5000, "x"))',
  "a long text of wide characters": 'text(String(i).padEnd(5000, "→"))',
  "a Map": "new Map(Array.from({ length: 40 }, (_, j) => [text(`key ${i} ${j}`), { v: j }]))",
  "a Set": "new Set(Array.from({ length: 60 }, (_, j) => text(`key ${i} ${j}`)))",
  dates: "Array.from({ length: 40 }, (_, j) => new Date(i * j))",
  "a typed array": "new Float64Array(500).fill(i)",
  "a deep tree":
    "(function tree(depth) { return depth === 0 ? null : { left: tree(depth - 1), right: tree(depth - 1), at: i }; })(7)",
  "a chain of objects":
    "(function chain(depth) { return depth === 0 ? null : { next: chain(depth - 1), at: depth }; })(60)",
  "nested arrays": "(function nest(depth) { return depth === 0 ? [i] : [nest(depth - 1), nest(depth - 1)]; })(6)",
  "many short texts": "Array.from({ length: 200 }, (_, j) => text(`${i % 100}${j}`))",
  "a Map of Maps":
    "new Map(Array.from({ length: 8 }, (_, j) => [j, new Map(Array.from({ length: 8 }, (_, k) => [k, i + k / 3]))]))",
  "small Maps and Sets": "Array.from({ length: 10 }, (_, j) => [new Map([[j, i]]), new Set([i])])",
  "a sparse array": "Object.assign([], { [i + 5]: i, [100_000 + i]: 1, [4_000_000 + i]: 2 })",
  "an array with holes": "Object.assign(new Array(300), { 7: i })",
  "a sparse array of some length":
    "Array.from({ length: 40 }).reduce((all, _, j) => ((all[j * 1000 + i] = j), all), [])",
  "an object by ids": "Object.fromEntries(Array.from({ length: 60 }, (_, j) => [1_000_000 + j * 7 + i, j]))",
  "an object by few texts": "({ [text(`k${i}`)]: 1, [text(`l${i}`)]: 2 })",
  BigInts: "Array.from({ length: 50 }, (_, j) => BigInt(i * 1000 + j))",
  "long BigInts": "Array.from({ length: 20 }, (_, j) => BigInt(i * 1000 + j) ** 60n)",
  "objects with dates": "Array.from({ length: 20 }, (_, j) => ({ at: new Date(i), until: new Date(j) }))",
  "views of one large buffer":
    "(() => { const all = new ArrayBuffer(100_000); return Array.from({ length: 10 }, (_, j) => new Uint8Array(all, j * 10, 16)); })()",
  "small typed arrays": "Array.from({ length: 10 }, (_, j) => new Float64Array(4).fill(j))",
  "an object with long keys":
    "Object.fromEntries(Array.from({ length: 10 }, (_, j) => [text(`${i} ${j} `.padEnd(200, 'k')), j]))",
  "an object with numeric keys": "Object.fromEntries(Array.from({ length: 60 }, (_, j) => [j * 3, i + j]))",
  "whole numbers": "Array.from({ length: 100 }, (_, j) => i + j)",
  "flags and nothings": "Array.from({ length: 100 }, (_, j) => [true, null, undefined, 'a'][j % 4])",
  errors: "new Error(text(`failed ${i}`))",
  "small Buffers of the pool": "Array.from({ length: 10 }, (_, j) => Buffer.from(`bytes ${i} ${j}`))",
};

/** Arguments, of calls that are made twice, so that they are found again without being encoded. */
const CALLS: Record<string, string> = {
  "entries by number": "i",
  "entries by a text": "text(`a key of some length ${i}`)",
  "entries by an object": "({ id: i, where: text(`w${i}`) })",
  "entries by a date": "new Date(i)",
  "entries by a BigInt": "BigInt(i) ** 9n",
  "entries by bytes": "new Uint8Array(64).fill(i % 251).map((b, j) => j < 4 ? (i >> (8 * j)) & 255 : b)",
  "entries by a long text in an object": 'i < 200 ? { text: text(String(i).padEnd(50_000, "x")) } : i % 200',
};

/** What a call does besides: options that give its entry something to hold, what its body calls, and how many fill the cache. */
const MORE: Record<string, [options: string, body?: string, calls?: number]> = {
  "entries with a tag each": ["tags: [(i) => `row:${i}`]"],
  "entries with five tags each": ["tags: [(i) => [1, 2, 3, 4, 5].map((j) => `row:${i}:${j}`)]"],
  "entries with two tags that they share": ['tags: ["rows", (i) => `page:${i % 10}`]'],
  "entries with long tags": ["tags: [(i) => text(`row:${i}:`.padEnd(400, 't'))]"],
  "entries with a ttl": ["ttl: 3600", "", 30_000],
  "entries with tags that stay when they expire": ["tags: [(i) => `kept:${i}`], stale: 60"],
  "entries by a widget": ["allowWidgets: true", "pick(i)"],
  "entries by a widget with long values": ["allowWidgets: true", "pick(i < 200 ? String(i).padEnd(70_000, 'w') : i)"],
  "entries that show something": ["", "show({ id: i, text: text(`row ${i}`) })"],
};

const program = `
import { argumentTrie, data, element, keys, limits, MISS, stale, tags, widget } from "${ROOT}/runtime/internal.ts";
import { ShapeInfo } from "${ROOT}/runtime/snapshot/shape-info.ts";
import { takeSnapshot } from "${ROOT}/runtime/snapshot/take-snapshot.ts";
const text = (value) => Buffer.from(value).toString();
const shapes = { ${Object.entries(SHAPES)
  .map(([name, code]) => `${JSON.stringify(name)}: (i) => ${code}`)
  .join(",\n")} };
// Layouts that nobody uses any more are kept for some collections.
const inUse = () => { for (let i = 0; i < 5; i++) gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
const results = {};
for (const [name, make] of Object.entries(shapes)) {
  const keep = (i) => { const info = new ShapeInfo(); return [takeSnapshot(make(i), "f", [], info), info.bytes]; };
  for (let i = 0; i < 100; i++) keep(i);
  // So many that what the process does besides is nothing beside them.
  const held = new Array(Math.min(80_000, Math.ceil(16e6 / keep(1)[1])));
  let counted = 0;
  const before = inUse();
  for (let i = 0; i < held.length; i++) { const [snapshot, bytes] = keep(i); held[i] = snapshot; counted += bytes; }
  results[name] = counted / (inUse() - before);
  held.length = 0;
}
const load = (name) => {
  const descriptor = data({ id: "memory#" + name, hash: "c1:0", name, parts: ["x"], maxBytes: 8e6, use: { keys, argumentTrie, limits } });
  const call = (x) => { const found = descriptor.get1(x); return found === MISS ? descriptor.run([x], () => x) : found; };
  return { descriptor, call };
};
const calls = { ${Object.entries(CALLS)
  .map(([name, code]) => `${JSON.stringify(name)}: (i) => ${code}`)
  .join(",\n")} };
const pick = (x) => picker.call(undefined, [x], () => x);
const picker = widget({ id: "memory#pick", hash: "c1:0", name: "pick", parts: ["x"] });
picker.fn = pick;
const show = (row) => shower.call(undefined, [row], () => undefined);
const shower = element({ id: "memory#show", hash: "c1:0", name: "show", parts: ["row"] });
shower.fn = show;
const more = { ${Object.entries(MORE)
  .map(
    ([name, [options, body = "", count = 25_000]]) =>
      `${JSON.stringify(name)}: [{ ${options} }, (i) => { ${body} }, ${count}]`,
  )
  .join(",\n")} };
for (const [name, [options, body, count]] of Object.entries(more)) {
  const use = { keys, argumentTrie, limits, stale, tags };
  const load = (name) => data({ id: "memory#" + name, hash: "c1:0", name, parts: ["x"], maxBytes: 8e6, ...options, use });
  const warm = load("warm " + name);
  for (let i = 0; i < 100; i++) warm.run([i], () => (body(i), i));
  const descriptor = load(name);
  const before = inUse();
  for (let i = 0; i < count; i++) if (descriptor.get1(i) === MISS) descriptor.run([i], () => (body(i), i));
  results[name] = descriptor.figures.bytes / (inUse() - before);
  results[name + ", at its limit"] = descriptor.figures.bytes;
}
for (const [name, argument] of Object.entries(calls)) {
  const warm = load("warm " + name);
  for (let i = 0; i < 100; i++) { warm.call(argument(i)); warm.call(argument(i)); }
  const { descriptor, call } = load(name);
  const before = inUse();
  for (let i = 0; i < 40_000; i++) { call(argument(i)); call(argument(i)); }
  results[name] = descriptor.figures.bytes / (inUse() - before);
  results[name + ", at its limit"] = descriptor.figures.bytes;
}
console.log(JSON.stringify(results));
`;

describe("the bytes counted for a snapshot", () => {
  let measured: Record<string, number> = {};
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "cachet-memory-"));
    const outfile = join(folder, "measure.mjs");
    await build({
      stdin: { contents: program, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      alias: { "#platform": `${ROOT}/runtime/platform/node.ts` },
      outfile,
      logLevel: "error",
    });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    measured = JSON.parse(execFileSync(process.execPath, ["--expose-gc", outfile], { encoding: "utf8" }));
  }, 120_000);

  it.each([...Object.keys(CALLS), ...Object.keys(MORE)])(
    "keep within `maxBytes` what all of it takes, keys included: %s",
    (name) => {
      expect(measured[name]).toBeGreaterThan(1 - TOLERANCE);
      expect(measured[name]).toBeLessThan(1 + TOLERANCE);
      expect(measured[`${name}, at its limit`]).toBeGreaterThan(7e6);
      expect(measured[`${name}, at its limit`]).toBeLessThanOrEqual(8e6);
    },
  );

  it.each(Object.keys(SHAPES))("are within a fifth of what the heap grows by: %s", (name) => {
    expect(measured[name]).toBeGreaterThan(1 - TOLERANCE);
    expect(measured[name]).toBeLessThan(1 + TOLERANCE);
  });
});
