import { expect, it } from "vitest";
import { formatAge, formatOptions } from "../../playground/inspector/format.ts";

it("the inspector tells how old an entry is, when it expires, and for how long it has been stale", () => {
  expect(formatAge({ age: 5000, remaining: Number.POSITIVE_INFINITY })).toBe("5.0 s old, no ttl");
  expect(formatAge({ age: 5000, remaining: 55_000 })).toBe("5.0 s old, expires in 55.0 s");
  expect(formatAge({ age: 70_000, remaining: -10_000 })).toBe("1.2 min old, stale for 10.0 s");
  expect(formatAge({ age: 9_000_000, remaining: 86_400_000 })).toBe("2.5 h old, expires in 24.0 h");
  expect(formatAge({ age: 0, remaining: 7 * 86_400_000 })).toBe("0.0 ms old, expires in 7.0 days");
});

it("the inspector tells what is in options: durations, lists, functions", () => {
  const options = {
    ttl: 60_000,
    stale: { refresh: 60_000, error: 0, retry: 30_000 },
    tags: ["products", "given"],
    scope: { name: "request", run: "given" },
    persist: true,
    version: 3,
  };
  expect(formatOptions(options)).toBe(
    "ttl 1.0 min · stale refresh 1.0 min, retry 30.0 s · tags products, given · scope name request, run given · persist · version 3",
  );
});
