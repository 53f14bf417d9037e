import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { bundleWorker, temporaryDirectory } from "./bundle.ts";
import { eventually, Machine } from "./machine.ts";
import { RedisServer } from "./redis-server.ts";

const worker = bundleWorker("./tags-worker.ts");
const base = temporaryDirectory("tags");
let server: RedisServer | undefined;
beforeAll(async () => {
  server = requires("redis-server") ? await RedisServer.start() : undefined;
});
afterAll(async () => {
  base.remove();
  await server?.kill();
});

let machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines) machine.child.kill("SIGKILL");
  machines = [];
});

let count = 0;
/** Where the store is, and the functions of the worker that are called. */
const places: [name: string, place: () => string, calls: string[]][] = [
  ["disk", () => join(base.path, `test-${count}`), ["late", "outer", "sync"]],
];
if (requires("redis-server")) places.push(["Redis", () => server?.url ?? "", ["outer"]]);

describe.each(places)("tags that a body names, across processes on %s", (_name, placeOf, calls) => {
  const start = () => {
    const machine = new Machine(worker, placeOf());
    machines.push(machine);
    return machine;
  };
  it.each(calls)(
    "%s: are stored with the first result of a process, and a clear reaches every reader",
    async (what) => {
      const n = 1000 * ++count;
      const [writer, reader, other] = [start(), start(), start()];
      const written = await writer.ask(what, n);
      expect(await reader.ask(what, n)).toEqual(written);
      expect(await other.ask(what, n)).toEqual(written);
      await reader.ask("clearTags", n);
      const second = await reader.ask(what, n);
      expect(second).not.toEqual(written);
      // What the others hold in memory goes, too.
      await eventually(() => other.ask(what, n)).toEqual(second);
      await other.ask("clearTags", n);
      expect(await start().ask(what, n)).not.toEqual(second);
    },
  );

  it("that expire leave others what `stale` allows, in memory and in the store", async () => {
    const n = 1000 * ++count;
    const [writer, reader] = [start(), start()];
    const { by } = await writer.ask<{ by: number }>("news", n);
    expect(await reader.ask("news", n)).toEqual({ by, status: "hit" });
    await writer.ask("expireNews");
    // Nothing of it is in this one's memory.
    const late = start();
    expect(await late.ask("news", n)).toEqual({ by, status: "stale" });
    await eventually(() => late.ask("news", n)).toEqual({ by: late.child.pid, status: "hit" });
    await eventually(async () => (await reader.ask<{ by: number }>("news", n)).by).not.toBe(by);
    await reader.ask("clearNews");
    expect(await start().ask("news", n)).toMatchObject({ status: "miss" });
  });
});
