import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { bundleWorker, temporaryDirectory } from "./bundle.ts";
import type { Orders, Report } from "./disk-worker.ts";
import { run as runWorker, start as startWorker } from "./processes.ts";

const worker = bundleWorker("./disk-worker.ts");
const base = temporaryDirectory("disk");
afterAll(base.remove);

let dir: string;
let count = 0;
beforeEach(() => {
  dir = join(base.path, `test-${++count}`);
});

const run = (orders: Partial<Orders>, before?: string[]): Promise<Report> =>
  runWorker(worker, { dir, steps: [["call", 1]], ...orders }, before);
const start = (orders: Partial<Orders>) => startWorker(worker, { dir, steps: [["call", 1]], ...orders });
const filesBelow = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
const entryFiles = () => filesBelow(dir).filter((path) => path.endsWith(".entry"));
const strayFiles = () => filesBelow(dir).filter((path) => /\.(tmp|lock)$/.test(path));
const calls = (...numbers: number[]): Orders["steps"] => numbers.map((n) => ["call", n]);

describe("a persisted function in a new process", () => {
  for (const async of [false, true]) {
    it(`takes the value from disk without running, ${async ? "asynchronous" : "synchronous"} [B189][B192][B215]`, async () => {
      expect(await run({ async })).toMatchObject({ runs: 1, results: [1], warnings: [] });
      expect(await run({ async })).toMatchObject({ runs: 0, results: [1], warnings: [] });
      expect(await run({ async, steps: calls(2) })).toMatchObject({ runs: 1, results: [2] });
      expect(strayFiles()).toEqual([]);
    });
  }

  it("finds nothing, and nothing appears on disk, unless it persists [B185][B215]", async () => {
    await run({ persist: false });
    expect(existsSync(dir)).toBe(false);
    expect(await run({ persist: false })).toMatchObject({ runs: 1 });
  });

  it("computes again where the file is gone, and writes it back [B193]", async () => {
    await run({});
    for (const path of entryFiles()) rmSync(path);
    expect(await run({})).toMatchObject({ runs: 1, warnings: [] });
    expect(entryFiles()).toHaveLength(1);
  });

  it("keeps a file per entry, found by the function's name [B188]", async () => {
    await run({ steps: calls(1, 2, 3) });
    expect(entryFiles()).toHaveLength(3);
    for (const path of entryFiles())
      expect(path).toMatch(/\/v2\/load-[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{32}\.entry$/);
  });

  it("does not need the file once it was read [B190][B191]", async () => {
    await run({});
    const log = join(base.path, `log-${count}`);
    const reader = start({ log, steps: [["call", 1], ["mark"], ["wait", 1500], ["call", 1]] });
    while (!existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const path of entryFiles()) rmSync(path);
    expect(await reader.report).toMatchObject({ runs: 0, results: [1, 1] });
  });
});

describe("a damaged entry costs one recompute and one warning", () => {
  const damages: Record<string, (path: string) => void> = {
    "cut off by five bytes [B195]": (path) => truncateSync(path, statSync(path).size - 5),
    "cut off in its header": (path) => truncateSync(path, 40),
    "cut off to one byte": (path) => truncateSync(path, 1),
    "empty [B196]": (path) => truncateSync(path, 0),
    "with a flipped bit in its body [B194]": (path) => flip(path, statSync(path).size - 20),
    "with a flipped bit in its header": (path) => flip(path, 30),
    "longer than it was": (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from("more")])),
    "of other content [B195]": (path) => writeFileSync(path, "garbage that is long enough to be a header".repeat(9)),
    "a directory now": (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    "a directory with something in it now": (path) => {
      rmSync(path);
      mkdirSync(path);
      writeFileSync(join(path, "theirs.txt"), "x");
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    it(name, async () => {
      await run({});
      damage(
        entryFiles()[0] ?? (readdirSync(dir, { recursive: true }).find((p) => String(p).endsWith(".entry")) as string),
      );
      const after = await run({ steps: calls(1, 1) });
      expect(after).toMatchObject({ runs: 1, results: [1, 1] });
      expect(after.warnings).toHaveLength(1);
      expect(await run({})).toMatchObject({ runs: 0, results: [1], warnings: [] });
      expect(strayFiles()).toEqual([]);
    });
  }

  it("keeps what it found in the file's place, if that was somebody's", async () => {
    await run({});
    const [path] = entryFiles() as [string];
    rmSync(path);
    mkdirSync(path);
    writeFileSync(join(path, "theirs.txt"), "x");
    await run({});
    expect(filesBelow(dir).filter((file) => file.endsWith("theirs.txt"))).toHaveLength(1);
  });

  it("no flipped byte of a file ever gives a wrong value", () => {
    const store = new DiskStore({ dir, now: () => 5000 });
    const origin = { function: "f", hash: "h" };
    store.write("k", new Uint8Array(40).fill(9), { ...origin, written: 1000, cost: 3, expires: 9000 });
    const [path] = entryFiles() as [string];
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      for (const bit of [1, 128]) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ bit;
        writeFileSync(path, bytes);
        let found: unknown;
        try {
          found = store.lookup("k", origin);
        } catch {
          found = undefined;
        }
        // Padding in front of the body is covered by the header's checksum as well, so not one byte is free.
        expect(found, `byte ${at}`).toBeUndefined();
      }
    }
    writeFileSync(path, whole);
    expect(store.lookup("k", origin)?.bytes).toEqual(new Uint8Array(40).fill(9));
  });

  it("an entry of another format version is a silent miss and is rewritten [B197][B198]", async () => {
    await run({});
    const [path] = entryFiles() as [string];
    const bytes = readFileSync(path);
    bytes[6] = 1;
    writeFileSync(path, bytes);
    expect(await run({})).toMatchObject({ runs: 1, results: [1], warnings: [] });
    expect(await run({})).toMatchObject({ runs: 0 });
  });
});

describe("a disk that takes nothing", () => {
  it("read-only: hits still hit, the rest is computed with one warning", async () => {
    await run({ steps: calls(1) });
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const before = process.getuid?.() === 0 ? nobody : [];
    const paths = [dir, ...readdirSync(dir, { recursive: true }).map((name) => join(dir, String(name)))];
    for (const path of paths) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    chmodSync(base.path, 0o755);
    const report = await run({ steps: calls(1, 2, 2, 3) }, before);
    for (const path of paths) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    expect(report).toMatchObject({ runs: 2, results: [1, 2, 2, 3] });
    expect(report.warnings).toHaveLength(1);
    expect(report.errors.length).toBe(2);
  });

  it("full: the value is returned with one warning, and nothing half-written stays [B199]", async () => {
    await run({ steps: calls(1) });
    // A limit on the size of files refuses a write half-way, exactly as a full disk does; no mount is needed for it.
    const before = ["bash", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$0" "$@"'];
    const report = await run({ size: 30_000, steps: calls(5, 6, 5, 6), hash: "c1:2" }, before);
    expect(report).toMatchObject({ runs: 2, results: [5, 6, 5, 6] });
    expect(report.warnings).toHaveLength(1);
    expect(strayFiles()).toEqual([]);
    expect(entryFiles()).toHaveLength(1);
  });

  it("a file in the directory's place: computed, with one warning", async () => {
    writeFileSync(dir, "not a directory");
    const report = await run({ steps: calls(1, 2) });
    expect(report).toMatchObject({ runs: 2, results: [1, 2] });
    expect(report.warnings).toHaveLength(1);
    rmSync(dir);
  });
});

describe("time on disk", () => {
  it("an entry is served until its time to live is over, whoever wrote it", async () => {
    await run({ ttl: 100 });
    expect(await run({ ttl: 100, shift: 99_000 })).toMatchObject({ runs: 0 });
    expect(await run({ ttl: 100, shift: 101_000 })).toMatchObject({ runs: 1 });
  });

  it("a clock that was set back costs one recompute, never an entry that lives too long", async () => {
    await run({ ttl: 100, shift: 1_000_000 });
    expect(await run({ ttl: 100, steps: calls(1, 1) })).toMatchObject({ runs: 1, results: [1, 1], warnings: [] });
    expect(await run({ ttl: 100, steps: calls(1) })).toMatchObject({ runs: 0 });
    await run({ steps: calls(2), shift: 1_000_000 });
    expect(await run({ steps: calls(2) })).toMatchObject({ runs: 0, results: [2] });
  });
});

describe("several processes", () => {
  for (const async of [false, true]) {
    it(`eight on one key: one computes while seven wait, ${async ? "asynchronous" : "synchronous"} [B243][B200]`, async () => {
      const log = join(base.path, `log-${count}`);
      const at = Date.now() + 2500;
      const eight = Array.from({ length: 8 }, () => run({ async, log, takes: 400, at, steps: calls(7, 8) }));
      for (const report of await Promise.all(eight)) expect(report).toMatchObject({ results: [7, 8], warnings: [] });
      expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(2);
      expect(strayFiles()).toEqual([]);
    });
  }

  it("a holder that was killed is noticed: another computes at once", async () => {
    const log = join(base.path, `log-${count}`);
    const holder = start({ log, takes: 60_000 });
    while (!existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 20));
    const others = [run({ log, async: false }), run({ log, async: true })];
    await new Promise((resolve) => setTimeout(resolve, 500));
    holder.child.kill("SIGKILL");
    for (const report of await Promise.all(others)) expect(report).toMatchObject({ results: [1], warnings: [] });
    expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(2);
    expect(strayFiles()).toEqual([]);
  });

  it("a thread that was terminated is noticed although its process lives: another computes at once", async () => {
    const log = join(base.path, `log-${count}`);
    const orders: Orders = { dir, log, takes: 60_000, steps: [["call", 1]] };
    const holder = new Worker(worker, { argv: [JSON.stringify(orders)] });
    while (!existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 20));
    const others = [run({ log, async: false }), run({ log, async: true })];
    await new Promise((resolve) => setTimeout(resolve, 500));
    await holder.terminate();
    for (const report of await Promise.all(others)) expect(report).toMatchObject({ results: [1], warnings: [] });
    expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(2);
    expect(strayFiles()).toEqual([]);
  });

  it("a failing lock never keeps a process from its value: the wait is bounded", async () => {
    const store = new DiskStore({ dir, lockTimeout: 120, nestedLockTimeout: 30 });
    const other = new DiskStore({ dir, lockTimeout: 120, nestedLockTimeout: 30 });
    const origin = { function: "f", hash: "h" };
    const lease = await store.lock("k", origin);
    expect(lease).toBeDefined();
    expect(await other.lock("k", origin)).toBeUndefined();
    expect(await other.lock("k", origin, { nested: true })).toBeUndefined();
    expect(other.lockSync("k", origin)).toBeUndefined();
    await lease?.release();
    const free = other.lockSync("k", origin);
    expect(free).toBeDefined();
    free?.release();
  });

  it("maxEntries and maxBytes hold over all of them", async () => {
    for (const first of [0, 10, 20])
      await run({ maxEntries: 5, steps: calls(...Array.from({ length: 4 }, (_, i) => first + i)) });
    expect(entryFiles()).toHaveLength(5);
    expect(await run({ maxEntries: 5, steps: calls(23, 22, 21, 20) })).toMatchObject({ runs: 0 });
    await run({ steps: [["clear"]] });
    for (const first of [0, 10])
      await run({ maxBytes: 5000, size: 300, steps: calls(first, first + 1, first + 2, first + 3, first + 4) });
    const bytes = entryFiles().reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(5000);
  });

  it("a clear in one is a clear in all, of a function, of a call, and of nothing else [B201][B203][B222]", async () => {
    const g = { id: "pkg/src/load.ts#other" };
    await run({ steps: calls(1, 2, 3) });
    await run({ ...g, steps: calls(1) });
    await run({ steps: [["clear", 1]] });
    expect(entryFiles()).toHaveLength(3);
    expect(
      await run({
        steps: [
          ["has", 1],
          ["has", 2],
        ],
      }),
    ).toMatchObject({ results: [false, true] });
    await run({ steps: [["clear"]] });
    expect(entryFiles()).toHaveLength(1);
    expect(await run({ ...g })).toMatchObject({ runs: 0 });
  });

  it("a clear also removes what an earlier version or an earlier setting left behind [B202]", async () => {
    await run({ hash: "c1:old" });
    await run({});
    await run({ persist: false, steps: [["clear"]] });
    expect(entryFiles()).toEqual([]);
  });

  it("a clear elsewhere beats a run in flight", async () => {
    const log = join(base.path, `log-${count}`);
    const slow = start({ log, takes: 1500, async: true });
    while (!existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 20));
    await run({ steps: [["clear"]] });
    expect(await slow.report).toMatchObject({ results: [1] });
    expect(entryFiles()).toEqual([]);
  });

  it("clearing where there is no directory is silent [B204]", async () => {
    expect(await run({ steps: [["clear"], ["clear", 1]] })).toMatchObject({ warnings: [], errors: [] });
    expect(existsSync(dir)).toBe(false);
  });
});

describe("what is left of old code", () => {
  const old = (path: string, days: number) => {
    const time = Date.now() / 1000 - days * 86_400;
    utimesSync(path, time, time);
  };
  const versionOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

  it("switching a branch there and back is a hit [B207]", async () => {
    await run({ hash: "c1:main" });
    expect(await run({ hash: "c1:branch" })).toMatchObject({ runs: 1 });
    expect(await run({ hash: "c1:main" })).toMatchObject({ runs: 0 });
    expect(await run({ hash: "c1:branch" })).toMatchObject({ runs: 0 });
  });

  it("goes after a month without use, by itself, and no foreign file with it [B205][B207]", async () => {
    await run({ hash: "c1:old" });
    const [oldest] = entryFiles() as [string];
    await run({ hash: "c1:new" });
    const foreign = [join(dir, "foreign.txt"), join(dir, "v2", "foreign.txt"), join(versionOf(oldest), "foreign.txt")];
    for (const path of foreign) writeFileSync(path, "theirs");
    old(versionOf(oldest), 31);
    old(join(dir, "v2", "pruned"), 2);
    await run({
      hash: "c1:new",
      steps: [
        ["call", 9],
        ["wait", 1500],
      ],
    });
    expect(existsSync(oldest)).toBe(false);
    expect(await run({ hash: "c1:new" })).toMatchObject({ runs: 0 });
    await run({ steps: [["clear"]] });
    const store = new DiskStore({ dir });
    store.clear();
    expect(entryFiles()).toEqual([]);
    for (const path of foreign) expect(existsSync(path), path).toBe(true);
  });

  it("goes when all is too large, the longest unused first, and expired entries go in any case", async () => {
    const store = new DiskStore({ dir, now: () => 10_000 });
    const write = (hash: string, key: string, expires?: number) =>
      store.write(key, new Uint8Array(1000), {
        function: "f",
        hash,
        written: 5000,
        cost: 1,
        ...(expires !== undefined && { expires }),
      });
    write("old", "a");
    write("new", "b");
    write("new", "c", 9000);
    const [first] = entryFiles().filter((path) => readFileSync(path, "latin1").includes("old")) as [string];
    old(versionOf(first), 3);
    expect(store.prune({ maxBytes: 2000 })).toMatchObject({ entries: 2 });
    expect(store.lookup("a", { function: "f", hash: "old" })).toBeUndefined();
    expect(store.lookup("b", { function: "f", hash: "new" })).toBeDefined();
    expect([...store.entries()].map((entry) => [entry.function, entry.hash, entry.bytes])).toEqual([
      ["f", "new", 1000],
    ]);
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ 4;
  writeFileSync(path, bytes);
}
