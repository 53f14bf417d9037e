import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error A build script without types.
import { digestOfTransform } from "../../scripts/build-id.mjs";
import { buildPackage } from "../adapters/package.ts";

describe("the id of a build of the transform", () => {
  let dist: string;
  beforeAll(() => {
    dist = join(mkdtempSync(join(tmpdir(), "cachet-build-id-")), "dist");
    buildPackage();
    cpSync(join(import.meta.dirname, "../../dist"), dist, { recursive: true });
  });
  afterAll(() => rmSync(join(dist, ".."), { recursive: true, force: true }));

  const idAfterChangeOf = (file: string): string => {
    const path = join(dist, file);
    const content = readFileSync(path, "utf8");
    writeFileSync(path, `${content}\n;`);
    const id = digestOfTransform(dist);
    writeFileSync(path, content);
    return id;
  };

  it("is written into the package", () => {
    expect(readFileSync(join(dist, "transformer/build-id.js"), "utf8")).toContain(`"${digestOfTransform(dist)}"`);
    const bundled = ["engine", "shared", "transform"].map((name) =>
      readFileSync(join(dist, `node/tools/${name}.js`), "utf8"),
    );
    expect(bundled.join("\n")).toContain(digestOfTransform(dist));
  });

  it("is another one after a change of any file that the transform imports, and of none other", () => {
    const id = digestOfTransform(dist);
    expect(idAfterChangeOf("transformer/index.js")).not.toBe(id);
    expect(idAfterChangeOf("transformer/parser.cjs")).not.toBe(id);
    expect(idAfterChangeOf("runtime/options/duration.js")).not.toBe(id);
    expect(idAfterChangeOf("runtime/options/bytes.js")).not.toBe(id);
    expect(idAfterChangeOf("runtime/otel.js")).toBe(id);
  });
});
