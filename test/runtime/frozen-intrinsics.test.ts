import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** A program that prints what a caller's copy of a value is, from memory and from bytes, and how long its key is. */
const PROGRAM = `
import { decodeValue, encodeValue } from "${ROOT}/runtime/codec/codec.ts";
import { encodeParts } from "${ROOT}/runtime/key/encode-parts.ts";
import { planCopy } from "${ROOT}/runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "${ROOT}/runtime/snapshot/shape-info.ts";
import { sourceOf } from "${ROOT}/runtime/streams/source.ts";
import { takeSnapshot } from "${ROOT}/runtime/snapshot/take-snapshot.ts";
const value = {
  error: new TypeError("no", { cause: [1] }),
  map: new Map([[1, new Set([2])]]),
  date: new Date(5),
  regexp: /x/gi,
  url: new URL("https://a.b/c"),
  bytes: Uint8Array.of(1, 2),
  own: JSON.parse('{"toString":1,"valueOf":2,"__proto__":3}'),
};
const info = new ShapeInfo();
const snapshot = takeSnapshot(value, "f", [], info);
const decodedInfo = new ShapeInfo();
const decoded = decodeValue(encodeValue(snapshot, false, info), [], decodedInfo);
const describe = ({ error, map, date, regexp, url, bytes, own }) => [
  error instanceof TypeError, error.message, error.cause, [...map.get(1)], date.getTime(), String(regexp), url.href, [...bytes], JSON.stringify(own),
];
const signal = encodeParts([{ signal: AbortSignal.timeout(1) }], { name: "f", parts: ["x"] });
async function* chunks() {}
console.log(JSON.stringify([
  sourceOf(chunks())?.form,
  describe(planCopy(snapshot, info)(snapshot)),
  describe(planCopy(decoded, decodedInfo)(decoded)),
  encodeParts([value], { name: "f", parts: ["x"] }) === encodeParts([value], { name: "f", parts: ["x"] }),
  signal,
]));
`;

describe("under --frozen-intrinsics, where the prototypes of built-in classes are locked", () => {
  let file = "";
  beforeAll(async () => {
    file = join(mkdtempSync(join(tmpdir(), "cachet-frozen-")), "program.mjs");
    await build({
      stdin: { contents: PROGRAM, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      alias: { "#platform": `${ROOT}/runtime/platform/node.ts` },
      outfile: file,
      logLevel: "error",
    });
  });

  it("keys and copies are what they are without", () => {
    const run = (...flags: string[]) =>
      JSON.parse(execFileSync(process.execPath, [...flags, "--no-warnings", file], { encoding: "utf8" }));
    const usual = run();
    expect(usual[0]).toEqual({ kind: "iterable" });
    expect(usual[1]).toEqual(usual[2]);
    expect(usual.slice(3)).toEqual([true, "{0:"]);
    expect(run("--frozen-intrinsics")).toEqual(usual);
  });
});
