import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

describe("@cacheClears", () => {
  const messages = (mark: string, code = "export function save(id: number) { return id; }") =>
    transform(`/** ${mark} */\n${code}`, { fileName: "/p/a.ts", root: "/p" }).diagnostics.map(
      ({ code, message }) => `${code} ${message}`,
    );

  it.each([
    ["@cacheClears", "`@cacheClears` says nothing to clear."],
    ["@cacheClears({})", "`@cacheClears` says nothing to clear."],
    ["@cacheClear({ tags: ['a'] })", "@cacheClear"],
    ["@cacheClears({ ttl: 60 })", "`ttl`"],
    ["@cacheClears({ tags: [1] })", "a list of strings and functions"],
    ["@cacheClears({ functions: [] })", "a list of cached functions"],
    ["@cacheClears({ tags: [] })", "Invalid `tags`: expected a list of strings and functions"],
    ["@cacheData({ tags: [] })", "Invalid `tags`: expected a list of strings and functions"],
    [
      "@cacheClears({ ttl: 60 })",
      "CACHET1010 `ttl` is not an option of `@cacheClears`: it belongs to `@cacheData` and `@cacheResource`.",
    ],
    [
      "@cacheWidget({ tags: ['a'] })",
      "CACHET1010 `tags` is not an option of `@cacheWidget`: it belongs to `@cacheData`, `@cacheResource` and `@cacheClears`.",
    ],
    ["@cacheData({ functions: [save] })", "`functions`"],
    ["@cacheClears({ tags: ['a'] }) @cacheData", "already marked with `@cacheClears`"],
  ])("%s is reported", (mark, part) => {
    expect(messages(mark).join("\n")).toContain(part);
  });

  it.each([
    ["[▸laod]", "CACHET1019 There is no `laod` here to be cleared."],
    ["[load, ▸plain]", "CACHET1019 `plain` is no cached function"],
    ["[▸constant]", "CACHET1019 `constant` is no cached function"],
    ["[▸imported, elsewhere]", "CACHET1019 `imported` is no cached function"],
    ["[▸all.plain, all.load, all.missing, all]", "CACHET1019 `all.plain` is no cached function"],
    [
      "[▸Repo.prototype.plain, Repo.prototype.load, Repo.find]",
      "CACHET1019 `Repo.prototype.plain` is no cached function",
    ],
    ["[▸missing.load]", "CACHET1019 There is no `missing.load` here to be cleared."],
    ["[▸() => 1]", "CACHET1019 `() => 1` is no cached function"],
    ["▸load", "CACHET1009 Invalid `functions`: expected a list of cached functions, got one that is no list."],
    ["▸elsewhere", "CACHET1009 Invalid `functions`: expected a list of cached functions, got one that is no list."],
    ["▸() => [load]", "Invalid `functions`: expected a list of cached functions"],
    ["[load, constantly, elsewhere, renamed, overloaded, alias, external, ...more]", undefined],
    ["more", undefined],
  ])("functions: %s", (given, expected) => {
    const place = given.indexOf("▸");
    const source = `/** @cacheClears({ functions: ${given.replace("▸", "")} }) */
      export function save() {}
      import { imported, elsewhere, renamed } from "./barrel";
      import { external } from "package";
      /** @cacheData */ export function load() {}
      function plain() {}
      /** @cacheData */ const constantly = () => 1;
      const constant = () => 1;
      const alias = load;
      const all = { plain() {}, /** @cacheData */ load: () => 1 };
      class Repo { plain() {} /** @cacheData */ load() {} /** @cacheResource */ static find() {} }
      /** @cacheData */ function overloaded(a: string): void; function overloaded(a: number): void; function overloaded(a: any) {}
      const more = [load];`;
    const files: Record<string, string> = {
      "/p/barrel.ts": "export * from './other'; export { elsewhere as renamed } from './other';",
      "/p/other.ts": "export function imported() {} /** @cacheResource */ export const elsewhere = () => ({});",
    };
    const { diagnostics } = transform(source, {
      fileName: "/p/a.ts",
      root: "/p",
      resolve: (specifier) => (specifier.startsWith(".") ? `/p/${specifier.slice(2)}.ts` : undefined),
      read: (file) => files[file],
    });
    const found = diagnostics.filter(({ severity }) => severity === "error");
    if (expected === undefined) expect(found).toEqual([]);
    else {
      expect(found.map(({ code, message }) => `${code} ${message}`).join("\n")).toContain(expected);
      expect(found.map(({ start }) => start)).toEqual(["/** @cacheClears({ functions: ".length + place]);
    }
  });

  it("does not warn of what a function that changes something reads", () => {
    const code = "export function save(id: number) { console.log(Date.now(), process.env.X); return id; }";
    expect(messages("@cacheClears({ tags: ['a'] })", code)).toEqual([]);
  });
});
