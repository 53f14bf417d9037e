import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";
import { compileAst, compileText, executeWithRuntime, freshFile } from "./harness.ts";

const transformed = (source: string) =>
  transform(source, { fileName: "/p/a.ts", root: "/p", read: () => undefined, resolve: () => undefined });

const partsOf = (header: string, body: string) =>
  transformed(`/** @cacheData */ export function f(${header}) { ${body} }`).functions[0]?.parts;

describe("a parameter that is only read by member", () => {
  it.each<[body: string, parts: string[]]>([
    ["return o.page", ["o.page"]],
    ["return o.page + o.sort + o.page", ["o.page", "o.sort"]],
    ["return o?.page", ["o.page"]],
    ["return (o as any)!.page", ["o.page"]],
    ['return o["page-size"]', ['o["page-size"]']],
    ["const { page, sort: order = 1, filter: { name } } = o; return page", ["o.page", "o.sort", "o.filter"]],
    ["return o.user.id + o.user.name", ["o.user"]],
    ["return o.tags.map((tag) => tag + o.page)", ["o.tags", "o.page"]],
    ["function inner() { return o.page } return inner()", ["o.page"]],
    ["return new o.Type(o.page)", ["o.Type", "o.page"]],
    ["const { _client: client, page } = o; return client + page", ["o._client", "o.page"]],
    ["return o._trace + o.page", ["o.page"]],
    ["const { _id } = o; const { _id: id } = o; return id", ["o._id"]],
  ])("counts by them: %s", (body, parts) => {
    expect(partsOf("o: any", body)).toEqual(parts);
  });

  it.each([
    "return o",
    "return o.page + JSON.stringify(o)",
    "return o.load()",
    "return o?.load?.()",
    "return o.tag`x`",
    "o.page = 1; return o.page",
    "o.page++; return o.page",
    "[o.page] = [1]; return o.page",
    "delete o.page; return o.page",
    "return { ...o, page: o.page }",
    "const { page, ...rest } = o; return rest",
    "const { [page()]: p } = o; return p",
    "const {} = o; return 1",
    "return o[k()]",
    "return o[0] + o.page",
    'return o["0"] + o.page',
    "return o.length",
    "return arguments.length + o.page",
    "return o && o.page",
    "return typeof o === 'object' ? o.page : 1",
    "for (const key in o) return o.page",
    "o = { page: 1 }; return o.page",
    "var o; return o.page",
    "return arguments[0].page + o.page",
    "return eval('o.sort') + o.page",
    "return o.constructor === Array ? o.page : 1",
    "return 'page' in o ? o.page : 1",
    "let page; ({ page } = o); return page + o.page",
    "return 1",
  ])("counts as a whole: %s", (body) => {
    expect(partsOf("o: any", body)?.[0]).toBe("o");
  });

  it("counts as a whole where rules or the key are made by options", () => {
    const parts = (options: string) =>
      transformed(`/** @cacheData(${options}) */ export const f = (o: any) => o.page;`).functions[0]?.parts;
    expect(parts("{ hashFuncs: { Options: (o) => o.page } }")).toEqual(["o"]);
    expect(parts("{ key: (o) => o.sort }")).toEqual(["key()"]);
    expect(parts("{ ttl: 5 }")).toEqual(["o.page"]);
  });

  it("is whole where another parameter takes it, and by member where a default reads one", () => {
    expect(partsOf("o: any, n = o.size", "return n + o.page")).toEqual(["o.size", "o.page", "n"]);
    expect(partsOf("o: any, { page } = o", "return page + o.sort")).toEqual(["o", "page"]);
  });

  const PROGRAM = `
    export {};
    /** @cacheData */
    function page(o) { count(); if (o.skip) return 0; return o.page; }
    /** @cacheData */
    function maybe(o) { count(); return o?.page ?? "none"; }
    /** @cacheData */
    const lazy = (o, skip) => { count(); return skip ? 0 : o.page; };
    /** @cacheData */
    async function later(o) { count(); await null; return [o.tags.length, o.page]; }
    probe({ page, maybe, lazy, later });
  `;

  const FORMS: [form: string, emit: typeof compileText, settings: object][] = [
    ["text", compileText, {}],
    ["tree", compileAst, {}],
    ["a low target", compileAst, { compilerOptions: { target: ts.ScriptTarget.ES2015 } }],
  ];

  describe.each(FORMS)("emitted as %s", (_form, emit, settings) => {
    const program = () => executeWithRuntime(emit(PROGRAM, { fileName: freshFile("js"), ...settings }));

    it("hits whatever isn't read", () => {
      const { probes, runs } = program();
      expect(probes.page({ page: 1, other: () => {} })).toBe(1);
      expect(probes.page({ page: 1, another: new WeakMap() })).toBe(1);
      expect(runs()).toBe(1);
      expect(probes.page({ page: 2 })).toBe(2);
      expect(runs()).toBe(2);
    });

    it("tells nothing from an empty object", () => {
      const { probes, runs } = program();
      expect(probes.lazy({}, false)).toBe(undefined);
      expect(() => probes.lazy(null, false)).toThrow(TypeError);
      expect(() => probes.lazy(undefined, false)).toThrow(TypeError);
      expect(probes.lazy(null, true)).toBe(0);
      expect(probes.lazy(undefined, true)).toBe(0);
      expect(runs()).toBe(4);
      expect(probes.maybe(null)).toBe("none");
      expect(probes.maybe({})).toBe("none");
      expect(probes.maybe({ page: 3 })).toBe(3);
      expect(runs()).toBe(6);
    });

    it("reads members that are objects by what is in them", async () => {
      const { probes, runs } = program();
      expect(await probes.later({ tags: ["a"], page: 1 })).toEqual([1, 1]);
      expect(await probes.later({ page: 1, tags: ["a"] })).toEqual([1, 1]);
      expect(runs()).toBe(1);
      expect(await probes.later({ page: 1, tags: ["a", "b"] })).toEqual([2, 1]);
      expect(runs()).toBe(2);
      await expect(probes.later({ tags: [() => 1], page: 1 })).rejects.toThrow("o.tags[0]");
    });
  });

  it("is warned about where a name leaves it out", () => {
    const said = (body: string) =>
      transformed(`/** @cacheData */\nexport function f(row: any) {\n${body}\n}`).diagnostics.map(
        ({ code, line, column, message }) => `${code} ${line}:${column} ${message.slice(0, 9)}`,
      );
    expect(said("return row._id + row.name")).toEqual(['CACHET3007 3:8 "row._id"']);
    expect(said("// cachet-allow-unkeyed\nreturn row._id + row.name")).toEqual([]);
    expect(said("const { _id: id } = row; return id")).toEqual([]);
  });
});
