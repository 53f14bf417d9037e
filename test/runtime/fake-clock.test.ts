import { afterEach, expect, it, vi } from "vitest";
import { data } from "./emitted.ts";

afterEach(() => void vi.useRealTimers());

const counted = () => {
  let runs = 0;
  return data((id: number) => id + 10 * ++runs, { ttl: 60 });
};

it("an entry that was written before a test's clock took over ends by that clock", () => {
  const load = counted();
  expect(load(1)).toBe(11);
  vi.useFakeTimers();
  vi.advanceTimersByTime(59_000);
  expect(load(1)).toBe(11);
  vi.advanceTimersByTime(1_000);
  expect(load(1)).toBe(21);
});

it("an entry that was written under a test's clock lives no longer for what that had shown", () => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(3_600_000);
  const load = counted();
  expect(load(1)).toBe(11);
  vi.useRealTimers();
  expect(load(1)).toBe(11);
  vi.useFakeTimers();
  vi.advanceTimersByTime(60_000);
  expect(load(1)).toBe(21);
});

it("time does not go back when a test's clock is taken away", () => {
  vi.useFakeTimers();
  const load = counted();
  expect(load(1)).toBe(11);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(load(1)).toBe(21);
});

it("a clock that stands in for a while without a call counts what it has shown", () => {
  const load = counted();
  expect(load(1)).toBe(11);
  vi.useFakeTimers();
  expect(load(1)).toBe(11);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(load(1)).toBe(21);
});
