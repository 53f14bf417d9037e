import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, expect, it, vi } from "vitest";
import { currentRun } from "../../runtime/call/in-flight.ts";
import { compileText, executeWithRuntime } from "../transformer/harness.ts";
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

it("is never taken up by a function within whose runs no other can begin", async () => {
  const { exports } = executeWithRuntime(
    compileText(`
      /** @cacheData */
      export async function alone(id: number) { await new Promise<void>((resolve) => void setTimeout(resolve)); return [id]; }

      /** @cacheData({ tags: (id: number) => ["inner:" + id] }) */
      export const tagged = async (id: number) => { await new Promise<void>((resolve) => void setTimeout(resolve)); return id; };

      const shown: string[] = [];
      export const log = () => shown.splice(0);
      /** @cacheElement */
      function show(text: string) { shown.push(text); }

      /** @cacheData */
      export async function outer(id: number) {
        const [found] = await alone(id);
        const other = await tagged(id);
        show("found " + found + other);
        return found;
      }
    `),
  );
  expect(await Promise.all([exports.alone(1), exports.alone(1), exports.alone(2)])).toEqual([[1], [1], [2]]);
  await turn();
  expect(disable).not.toHaveBeenCalled();

  expect([await exports.outer(3), await exports.outer(3), ...exports.log()]).toEqual([3, 3, "found 33", "found 33"]);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
});

it("counts a run as what it was at its start, where a module is evaluated again meanwhile", async () => {
  const programs = ["", "/** @cacheData */"].map((mark) =>
    compileText(
      `
        ${mark}
        async function helper(ms: number) { await new Promise<void>((resolve) => void setTimeout(resolve, ms)); return ms; }

        /** @cacheData */
        export async function outer(ms: number) { return 1 + (await helper(ms)); }
      `,
      { fileName: "/p/src/again.ts" },
    ),
  );
  const isAlone = programs.map((code) => /#outer".*?alone: true/.test(code));
  expect(isAlone).toEqual([true, false]);
  const waiting = executeWithRuntime(programs[0] as string).exports.outer(9);
  const later = executeWithRuntime(programs[1] as string).exports.outer(8);
  expect(await Promise.all([waiting, later])).toEqual([10, 9]);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
  const gate = deferred();
  const slow = dataAsync(async () => {
    await gate.promise;
    return currentRun()?.owner.name ?? "none";
  });
  const name = slow();
  await turn();
  gate.resolve();
  expect(await name).not.toBe("none");
});

it("has a context after all where a call is handed something else than its declared types say", async () => {
  const { exports } = executeWithRuntime(
    compileText(`
      /** @cacheData */
      export async function alone(id: string) { await null; return id.length; }
    `),
  );
  expect(await exports.alone("abc")).toBe(3);
  await turn();
  expect(disable).not.toHaveBeenCalled();
  expect(await exports.alone(["a"])).toBe(1);
  await turn();
  expect(disable).toHaveBeenCalledTimes(1);
});

it("is not taken up by the check of its values either, and so is never left on", async () => {
  const { exports } = executeWithRuntime(
    compileText(`
      /** @cacheData({ validate: (value: number) => Math.abs(value) > 0 }) */
      export function alone(id: number) { return Math.abs(id); }
    `),
  );
  const seen: unknown[] = [];
  const abs = vi.spyOn(Math, "abs").mockImplementation((value) => {
    seen.push(currentRun());
    return value;
  });
  expect([exports.alone(1), exports.alone(1)]).toEqual([1, 1]);
  abs.mockRestore();
  expect(seen).toEqual([undefined, undefined]);
  await turn();
  expect(disable).not.toHaveBeenCalled();
});

it("does without where such a function fails, too", async () => {
  const { exports } = executeWithRuntime(
    compileText(`
      /** @cacheData */
      export async function alone(id: number): Promise<number> { throw new Error("no " + id); }
    `),
  );
  await expect(exports.alone(1)).rejects.toThrow("no 1");
  await turn();
  expect(disable).not.toHaveBeenCalled();
  const nested: () => unknown = dataAsync(async () => currentRun()?.owner.name ?? "none");
  expect(await nested()).not.toBe("none");
  expect(currentRun()).toBeUndefined();
});
