import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { decodeValue, encodeValue } from "../../runtime/codec/codec.ts";
import { data } from "./emitted.ts";

/** Made before a test's clock takes the place of `Date`, as constants of a module are. */
const day = new Date(0);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

it("knows calls with dates again while a test's clock stands in the place of Date", () => {
  let runs = 0;
  const next = data((from: Date) => {
    runs++;
    return from.getTime() + 1;
  });
  expect([next(day), next(day), next(day), next(day)]).toEqual([1, 1, 1, 1]);
  expect(runs).toBe(1);
});

it("gives copies of dates that are dates", () => {
  const same = data(() => ({ day }));
  const copies = [same().day, same().day, decodeValue(encodeValue(day), []) as Date];
  for (const copy of copies) expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(day));
});
