import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, expect, it, vi } from "vitest";
import { currentRun } from "../../runtime/call/in-flight.ts";
import { data, dataAsync, deferred, resource } from "./emitted.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const disable = vi.spyOn(AsyncLocalStorage.prototype, "disable");

afterEach(async () => {
  await turn();
  disable.mockClear();
});

it("gives up what follows promises once no run is under way, not before the event loop has turned", async () => {
  const one = data((n: number) => n);
  one(1);
  one(2);
  await Promise.resolve();
  expect(disable).not.toHaveBeenCalled();
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
  one(1);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
});

it("keeps it as long as one run is under way", async () => {
  const gate = deferred();
  const slow = dataAsync(async (n: number) => {
    await gate.promise;
    return [n, currentRun()?.entry.key];
  });
  const quick = data((n: number) => n);
  const waiting = slow(7);
  quick(1);
  await turn();
  await turn();
  quick(2);
  await turn();
  expect(disable).not.toHaveBeenCalled();
  gate.resolve();
  expect(await waiting).toEqual([7, [7]]);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
});

it("takes it up again with the next run, which is known after each await as before", async () => {
  const outer: (n: number) => Promise<unknown> = dataAsync(async (n: number) => {
    await turn();
    return n === 0 ? outer(0) : currentRun()?.entry.key;
  });
  expect(await outer(1)).toEqual([1]);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
  expect(currentRun()).toBeUndefined();
  expect(await outer(2)).toEqual([2]);
  await turn();
  await expect(outer(0)).rejects.toThrow(/outer.*still running|f\(\) was called with the same arguments/);
});

it("is not misled by runs that fail, and by a validation that a synchronous function cannot wait for", async () => {
  const fails = resource((): number => {
    throw new Error("no");
  });
  expect(() => fails()).toThrow("no");
  const checked = data(() => 1, { validate: async () => true });
  checked();
  expect(() => checked()).toThrow(/validate returned a promise/);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
  const gate = deferred();
  const slow = dataAsync(async () => gate.promise);
  const waiting = slow();
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
  gate.resolve();
  await waiting;
});

it("does not take for part of a run what goes on after its end, at rest or not", async () => {
  const gates = [deferred(), deferred()];
  const seen: unknown[] = [];
  const leaves = data((n: number) => {
    for (const gate of gates) void gate.promise.then(() => seen.push(currentRun()?.entry.key));
    void Promise.resolve().then(() => seen.push(currentRun()?.entry.key));
    return n;
  });
  const outer = dataAsync(async (n: number) => {
    leaves(n);
    gates[0]?.resolve();
    await turn();
    return n;
  });
  await outer(3);
  await turn();
  gates[1]?.resolve();
  await turn();
  expect(seen).toEqual([[3], [3], undefined]);
  expect(seen).toHaveLength(3);
});
