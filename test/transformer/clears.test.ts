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

  it("does not warn of what a function that changes something reads", () => {
    const code = "export function save(id: number) { console.log(Date.now(), process.env.X); return id; }";
    expect(messages("@cacheClears({ tags: ['a'] })", code)).toEqual([]);
  });
});
