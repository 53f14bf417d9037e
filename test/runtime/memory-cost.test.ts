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
  "small Buffers of the pool": "Array.from({ length: 10 }, (_, j) => Buffer.from(`bytes ${i} ${j}`))",
};

const program = `
import { ShapeInfo } from "${ROOT}/runtime/snapshot/shape-info.ts";
import { takeSnapshot } from "${ROOT}/runtime/snapshot/take-snapshot.ts";
const text = (value) => Buffer.from(value).toString();
const shapes = { ${Object.entries(SHAPES)
  .map(([name, code]) => `${JSON.stringify(name)}: (i) => ${code}`)
  .join(",\n")} };
const inUse = () => { gc(); gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
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

  it.each(Object.keys(SHAPES))("are within a fifth of what the heap grows by: %s", (name) => {
    expect(measured[name]).toBeGreaterThan(1 - TOLERANCE);
    expect(measured[name]).toBeLessThan(1 + TOLERANCE);
  });
});
