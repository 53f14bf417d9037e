import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createResolver } from "../../transformer/syntax/resolve-module.ts";

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "cachet-resolve-")));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("leads to a workspace package's own files, also where the compiler keeps links", () => {
  mkdirSync(join(root, "packages/lib"), { recursive: true });
  mkdirSync(join(root, "node_modules"));
  symlinkSync(join(root, "packages/lib"), join(root, "node_modules/lib"));
  writeFileSync(join(root, "packages/lib/package.json"), '{ "name": "lib", "types": "./t.d.ts", "main": "./i.js" }');
  writeFileSync(join(root, "packages/lib/t.d.ts"), "export declare const n: number;");
  writeFileSync(join(root, "packages/lib/i.js"), "exports.n = 1;");
  for (const preserveSymlinks of [false, true]) {
    const options = { module: ts.ModuleKind.NodeNext, preserveSymlinks };
    const cache = ts.createModuleResolutionCache(root, (name) => name, options);
    const resolve = createResolver(ts, options, cache, () => ts.ModuleKind.CommonJS);
    expect(resolve("lib", join(root, "main.ts"))).toBe(join(root, "packages/lib/i.js"));
  }
});
