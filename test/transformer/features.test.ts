import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as runtime from "../../runtime/internal.ts";
import type { OptionRow } from "../../runtime/options/option-row.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { transform } from "../../transformer/index.ts";

function use(mark: string, header = "f(a: string)"): string | undefined {
  const source = `const later: any = 0;\n/** ${mark} */\nexport function ${header} { return 1 as any; }`;
  const { code, diagnostics } = transform(source, { fileName: "/project/src/a.ts" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return /use: (\{.*?\}(?: \})?)(?:,| \})/.exec(code)?.[1];
}
const of = (...names: string[]) => `{ ${names.map((name) => `${name}: __cachet.${name}`).join(", ")} }`;

describe("what a mark asks of the runtime", () => {
  it("is nothing for a function without key parts and options", () => {
    expect(use("@cacheData", "f()")).toBeUndefined();
    expect(use("@cacheElement", "f(a: string)")).toBeUndefined();
  });

  it.each([
    ["@cacheData", of("keys")],
    ["@cacheResource", of("keys")],
    ["@cacheData({ ttl: 60 })", of("keys", "limits")],
    ["@cacheData({ maxEntries: 2 })", of("keys", "limits")],
    ["@cacheData({ maxBytes: '1MB' })", of("keys", "limits")],
    ["@cacheData({ persist: true })", of("keys", "durable", "ownStore")],
    ["@cacheData({ persist: 'disk' })", of("keys", "durable", "ownStore")],
    ["@cacheData({ persist: 'redis' })", of("keys", "durable")],
    ["@cacheData({ persist: false })", of("keys")],
    ["@cacheData({ showSpinner: false, showTime: true })", of("keys")],
  ])("%s: %s", (mark, expected) => {
    expect(use(mark)).toBe(expected);
  });

  it.each([
    ["f(a: string, b?: number | null, c: 'x' | `${number}` | (true | undefined) = 'x')", of("keys")],
    ["f(a: string, b: string, c: string, d: string)", of("keys", "argumentTrie")],
    ["f(a: string, _b: object)", of("keys")],
    ["f(a: string[])", of("keys", "argumentTrie")],
    ["f(a: string | Date)", of("keys", "argumentTrie")],
    ["f(a: any)", of("keys", "argumentTrie")],
    ["f(a = 1)", of("keys", "argumentTrie")],
    ["f({ a }: { a: string })", of("keys", "argumentTrie")],
    ["f(...a: string[])", of("keys", "argumentTrie")],
    ["f(a: URLPattern)", of("keys", "argumentTrie", "urlPatterns")],
    ["f(a: { signal?: AbortSignal })", of("keys", "argumentTrie", "abort")],
    ["f(a: Request): Promise<number>", of("keys", "argumentTrie", "abort")],
    ["f(a: string): Promise<number>", of("keys")],
  ])("%s: %s", (header, expected) => {
    expect(use("@cacheData", header)).toBe(expected);
  });

  it("is what shows that an async function runs, unless its mark forbids it", () => {
    const source = (mark: string) => `/** ${mark} */\nexport async function f() { return 1; }`;
    const code = (mark: string) => transform(source(mark), { fileName: "/project/src/a.ts" }).code;
    expect(code("@cacheData")).toContain(`use: ${of("spinner")}`);
    expect(code("@cacheData({ showTime: true })")).toContain(`use: ${of("spinner")}`);
    expect(code("@cacheData({ showSpinner: false })")).not.toContain("use:");
  });

  it("leaves what declared types are wrong about to the encoding: such calls are only slower", () => {
    const { code } = transform(
      "let runs = 0;\n/** @cacheData */\nfunction f(a: string) { return ++runs; }\nexport const calls = [f({ x: 1 } as any), f({ x: 1 } as any), f({ x: 2 } as any)];",
      { fileName: "/project/src/a.ts" },
    );
    const script = ts.transpile(code.replace("export const calls =", "return"), { module: 99, target: 99 });
    const run = new Function("__cachet", script.replace(/^import .*?;/, ""));
    expect(run(runtime)).toEqual([1, 1, 2]);
  });

  it("is the tables of instances for a method that uses `this`", () => {
    const source = "export class A {\n/** @cacheData */\nget() { return this; } }";
    expect(transform(source, { fileName: "/project/src/a.ts" }).code).toContain(`use: ${of("instances")}`);
  });

  it("is a check for each option that only run time knows, and what the option may turn out to need", () => {
    expect(use("@cacheData({ ttl: later })")).toBe(
      "{ keys: __cachet.keys, limits: __cachet.limits, parsers: { ttl: __cachet.parseTtl } }",
    );
    expect(use("@cacheData({ persist: later })")).toBe(
      "{ keys: __cachet.keys, durable: __cachet.durable, ownStore: __cachet.ownStore, parsers: { persist: __cachet.parseStore } }",
    );
    expect(use("@cacheResource({ onRelease: later })")).toBe(
      "{ keys: __cachet.keys, release: __cachet.release, parsers: { onRelease: __cachet.parseFunction } }",
    );
  });

  it.each([
    ["the body names one", "cacheTag('a');", true],
    ["a helper does", "return tagged();", true],
    ["a helper does, under another name", "return renamed();", true],
    ["a function that it calls is marked with some", "return inner();", true],
    ["a function in a constant is", "return constant();", true],
    ["a module that it loads later has such a function", "return import('./inner');", true],
    ["nothing does", "const tags = 1; return plain(tags);", false],
  ])("is the part for tags where %s", (_what, body, expected) => {
    const source = `import { cacheTag } from "cachet";
      import { mark as renamed } from "./mark";
      const tagged = () => cacheTag("a");
      /** @cacheData */ function plain(n) { return n; }
      /** @cacheData({ ttl: 60, tags: ["a"] }) */ function inner() {}
      /** @cacheData({ tags: ["a"] }) */ const constant = () => 1;
      /** @cacheData({ persist: "s" }) */ export async function f() { ${body} }
      /** @cacheData */ export async function inMemory() { ${body} }`;
    const files: Record<string, string> = {
      "/project/src/inner.ts": "/** @cacheData({ tags: ['a'] }) */ export const load = () => 1;",
      "/project/src/mark.ts": "export { cacheTag as mark } from 'cachet';",
    };
    const { code } = transform(source, {
      fileName: "/project/src/a.ts",
      resolve: (specifier) => `/project/src/${specifier.slice(2)}.ts`,
      read: (file) => files[file],
    });
    const used = (name: string) => new RegExp(`#${name}"[^\\n]*?use: \\{([^}]*)`).exec(code)?.[1];
    expect(used("f")?.includes("tags:")).toBe(expected);
    expect(used("inMemory")?.includes("tags:")).toBe(expected);
  });

  it("is the part for tags, too, where what is reached is not looked at", () => {
    expect(use("@cacheData({ persist: 's', codeHash: 'own' })")).toBe(of("keys", "durable", "tags"));
  });

  it("is always something that the runtime has", () => {
    for (const [name, row] of Object.entries(OPTIONS) as [string, OptionRow][]) {
      if ("exportName" in row)
        expect((runtime as Record<string, unknown>)[row.exportName], `${name}: ${row.exportName}`).toBe(row.parse);
      for (const feature of row.needs) expect(runtime, name).toHaveProperty(feature);
    }
  });
});

describe("a promise that the declared type tells of", () => {
  const told = (declaration: string) =>
    /promised: true/.test(
      transform(`const store = "s";\n${declaration}`, { fileName: "/project/src/a.ts" }).code.replace(
        /\/\*.*\*\//g,
        "",
      ),
    );

  it("is told to the runtime of a function that persists, since a store may answer later then", () => {
    expect(told("/** @cacheData({ persist: 's' }) */ export function f(): Promise<number> { return g(); }")).toBe(true);
    expect(told("/** @cacheData({ persist: store }) */ export const f = (): Promise<number> => g();")).toBe(true);
    expect(told("/** @cacheData({ persist: 's' }) */ export function f(): number { return g(); }")).toBe(false);
    expect(told("/** @cacheData({ persist: false }) */ export const f = (): Promise<number> => g();")).toBe(false);
    expect(told("/** @cacheData */ export const f = (): Promise<number> => g();")).toBe(false);
    expect(told("/** @cacheData({ persist: 's' }) */ export async function f(): Promise<number> { return g(); }")).toBe(
      false,
    );
  });
});
