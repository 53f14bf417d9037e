import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

/** What is said of marked methods, one line each; `base.ts` lies beside the file. */
function said(text: string, base = ""): string[] {
  const files: Record<string, string> = { "/p/package.json": '{ "name": "p" }', "/p/base.ts": base };
  const { diagnostics } = transform(text, {
    fileName: "/p/a.ts",
    root: "/p",
    read: (file: string) => files[file],
    resolve: (specifier: string) => (specifier === "./base" ? "/p/base.ts" : undefined),
  });
  return diagnostics.map(({ code, message }) => `${code} ${/^"(.*?)"/.exec(message)?.[1] ?? message}`);
}

const MARK = "/** @cacheData */";

describe("what methods change of an instance that entries belong to", () => {
  it.each<[what: string, text: string, field?: string]>([
    ["a setter", `class R { #u = ""; set url(u: string) { this.#u = u } ${MARK} get1() { return this.#u } }`, "#u"],
    ["another method", `class R { n = 1; set(n: number) { this.n = n } ${MARK} load() { return this.n } }`],
    ["itself", `class R { n = 1; ${MARK} load() { return this.n++ } }`],
    ["a part of it", `class R { n = { a: 1 }; set() { this.n.a = 2 } ${MARK} load() { return this.n.a } }`],
    ["a computed part", `class R { n: any = {}; set(k: string) { this.n[k] = 2 } ${MARK} load() { return this.n } }`],
    ["its content", `class R { n = new Map(); set() { this.n.set(1, 2) } ${MARK} load() { return this.n.get(1) } }`],
    ["by a helper", `class R { n = {}; set() { Object.assign(this.n, { a: 1 }) } ${MARK} load() { return this.n } }`],
    ["an arrow in a field", `class R { n = 1; set = () => { this.n = 2 }; ${MARK} load() { return this.n } }`],
    ["a name for this", `class R { n = 1; set() { const self = this; self.n = 2 } ${MARK} load() { return this.n } }`],
    ["read by a pattern", `class R { n = 1; set() { this.n = 2 } ${MARK} load() { const { n } = this; return n } }`],
    [
      "read by a method",
      `class R { n = 1; set() { this.n = 2 } get() { return this.n } ${MARK} load() { return this.get() } }`,
    ],
    [
      "read by a getter",
      `class R { n = 1; set() { this.n = 2 } get g() { return this.n } ${MARK} load() { return this.g } }`,
    ],
    [
      "of an object that is made",
      `const make = () => ({ n: 1, set() { this.n = 2 }, ${MARK} load() { return this.n } })`,
    ],
    [
      "set by a constructor",
      `class R { n; constructor() { this.n = 1 } set() { this.n = 2 } ${MARK} load() { return this.n } }`,
    ],
    ["of a base class", `import { B } from "./base"; class R extends B { ${MARK} load() { return this.n } }`],
    ["read there", `import { B } from "./base"; class R extends B { ${MARK} load() { return this.read() } }`],
    ["a subclass", `class R { n = 1; ${MARK} load() { return this.n } } class S extends R { set() { this.n = 2 } }`],
    [
      "a subclass of one",
      `class R { n = 1; ${MARK} load() { return this.n } } class S extends R {} class T extends S { set() { this.n++ } }`,
    ],
    ["a pattern", `class R { n = /a/g; ${MARK} load(t: string) { return this.n.test(t) } }`],
    ["a pattern's name", `class R { n = /a/g; ${MARK} load(t: string) { const { n } = this; return n.exec(t) } }`],
    ["patterns", `class R { n = [/a/g]; ${MARK} load(t: string) { return this.n.some((p) => p.test(t)) } }`],
    [
      "a given pattern",
      `class R { n; constructor() { this.n = /a/g } ${MARK} load(t: string) { return this.n.test(t) } }`,
    ],
  ])("is warned about: %s", (_, text, field = "n") => {
    const base = "export class B { n = 1; set(n: number) { this.n = n } read() { return this.n } }";
    expect(said(text, base)).toEqual([`CACHET3002 this.${field}`]);
  });

  it.each<[what: string, text: string]>([
    [
      "only constructors set it",
      `class R { n; constructor(n: number) { this.n = n } ${MARK} load() { return this.n } }`,
    ],
    ["set once", `class R { n?: number; get one() { return (this.n ??= 1) } ${MARK} load() { return this.one } }`],
    [
      "what it does is its own",
      `class R { n = 0; calls: any[] = []; ${MARK} load(a: number) { this.n++; this.calls.push(a); return a } }`,
    ],
    ["another field", `class R { n = 1; m = 2; set() { this.m = 3 } ${MARK} load() { return this.n } }`],
    [
      "a part of the key",
      `class R { n = 1; set() { this.n = 2 } /** @cacheData({ this: "value" }) */ load() { return this.n } }`,
    ],
    [
      "left out",
      `class R { n = 1; set() { this.n = 2 } /** @cacheData({ this: "ignore" }) */ load() { return this.n } }`,
    ],
    [
      "meant where it is declared",
      `class R {\n  n = 1; // cachet-allow-mutable\n  set() { this.n = 2 } ${MARK} load() { return this.n } }`,
    ],
    [
      "another pattern",
      `class R { n = /a/; m = /b/g; ${MARK} load(t: string) { return this.n.test(t.replace(this.m, "")) } }`,
    ],
    [
      "a static one of that name",
      `class R { n = 1; static n = 2; static set() { this.n = 3 } ${MARK} load() { return this.n } }`,
    ],
  ])("says nothing: %s", (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it.each([
    ["a class", `class R { static n = 1; static set() { this.n = 2 } ${MARK} static load() { return this.n } }`, "R"],
    ["an object", `const r = { n: 1, set() { this.n = 2 }, ${MARK} load() { return this.n } }`, "r"],
  ])("is said by the name of %s that has one", (_, text, name) => {
    expect(said(text)).toEqual([`CACHET3002 ${name}`]);
  });

  it("names the line that changes it, and of a read elsewhere the file", () => {
    const { diagnostics } = transform(
      `class R {\n  n = 1;\n  set() { this.n = 2 }\n  ${MARK}\n  load() { return this.n }\n}`,

      { fileName: "/p/a.ts", root: "/p", read: () => undefined, resolve: () => undefined },
    );
    expect(diagnostics).toMatchObject([{ severity: "warning", line: 5, fixes: [{}] }]);
    expect(diagnostics[0]?.message).toContain("changed at run time in line 3");
  });
});
