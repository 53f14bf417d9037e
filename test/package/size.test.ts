import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { programSize } from "../../bench/program-size.ts";
import { transform } from "../../transformer/index.ts";
import { buildPackage } from "../adapters/package.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const sizeOf = (source: string) => {
  const { code, diagnostics } = transform(source, { fileName: `${root}program.ts`, root });
  expect(diagnostics).toEqual([]);
  return programSize(code, root, "browser");
};

/** Bytes that a page loads before it runs, after gzip. What makes them grow has to be worth it. */
const BUDGETS: [bytes: number, what: string, source: string][] = [
  [7_500, "a resource without arguments", "/** @cacheResource */ export function f() { return {}; }"],
  [7_790, "a resource", "/** @cacheResource */ export function f(a: string) { return { a }; }"],
  [7_840, "an async resource without arguments", "/** @cacheResource */ export async function f() { return {}; }"],
  [17_500, "data", "/** @cacheData */ export function f(a: string) { return a; }"],
  [23_150, "data by an object", "/** @cacheData */ export function f(a: { id: string }) { return a.id; }"],
  [
    19_150,
    "data with limits",
    "/** @cacheData({ ttl: 60, maxEntries: 9 }) */ export function f(a: string) { return a; }",
  ],
  [
    32_050,
    "data that persists",
    "/** @cacheData({ persist: true }) */ export async function f(a: string) { return a; }",
  ],
  [
    17_880,
    "data that is an instance of an own class",
    "class P { constructor(public a: string) {} } /** @cacheData */ export function f(a: string) { return new P(a); }",
  ],
  [
    18_580,
    "data that is a Response",
    "/** @cacheData */ export async function f(a: string) { return await fetch(a); }",
  ],
  [22_640, "an async generator", "/** @cacheData */ export async function* f(a: string) { yield a; }"],
];

describe("in a page", () => {
  beforeAll(() => buildPackage());

  it.each(BUDGETS)("%i bytes are enough for %s", async (budget, _what, source) => {
    expect((await sizeOf(source)).gzip).toBeLessThanOrEqual(budget);
  });

  it("a program without `persist` has no store and no codec in it, not even to be loaded later", async () => {
    const data = await sizeOf("/** @cacheData */ export function f(a: string) { return a; }");
    const persisted = await sizeOf(
      "/** @cacheData({ persist: true }) */ export async function f(a: string) { return a; }",
    );
    const later = (size: typeof data) => size.withLazy - size.gzip;
    expect(later(data)).toBeLessThan(2500);
    expect(later(persisted)).toBeGreaterThan(later(data) + 3000);
  });
});
