import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { storeContract } from "../../runtime/stores/contract.ts";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { flaky, seeded } from "./flaky-store.ts";

const root = mkdtempSync(join(tmpdir(), "cachet-contract-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the disk store", () => {
  const create = (place: string, now: () => number) => new DiskStore({ dir: join(root, place), now });
  for (const { name, run } of storeContract({ create, shared: true })) it(name, run);

  it("leaves no temporary files", () => {
    const left = readdirSync(root, { recursive: true }).filter((name) => /\.(tmp|lock)$/.test(String(name)));
    expect(left).toEqual([]);
  });
});

describe("an entry written into its lock's file", () => {
  const origin = { function: "f", hash: "h" };
  const meta = { ...origin, written: 1, cost: 1 };
  const open = (name: string) => new DiskStore({ dir: join(root, name), now: () => 2, lockTimeout: 20 });
  const files = (store: DiskStore, name: RegExp) =>
    readdirSync(store.dir, { recursive: true })
      .map((path) => join(store.dir, String(path)))
      .filter((path) => name.test(path));

  it("does not land where a clear comes between writing it and moving it to its place", () => {
    const clears: ((store: DiskStore) => void)[] = [
      (store) => store.clear(),
      (store) => store.clear("f"),
      (store) => store.delete("k", origin),
    ];
    for (const [i, clear] of clears.entries()) {
      const [store, other] = [open(`between${i}`), open(`between${i}`)];
      const lease = store.lockSync("k", origin);
      expect(lease).toBeDefined();
      let cleared = 0;
      const late = {
        ...meta,
        get cost() {
          if (cleared++ === 0) clear(other);
          return 1;
        },
      };
      store.write("k", Uint8Array.of(1, 2, 3), late);
      expect(cleared).toBeGreaterThan(0);
      expect(other.lookup("k", origin)).toBeUndefined();
      lease?.release();
      expect(files(store, /\.(entry|lock|tmp)$/)).toEqual([]);
    }
  });

  it("holds nothing of the lock's text, however short it is, and frees the lock", () => {
    const store = open("short");
    const nameless = { function: "", hash: "" };
    const lease = store.lockSync("k", nameless);
    expect(files(store, /\.lock$/).map((path) => statSync(path).size > 104)).toEqual([true]);
    store.write("k", new Uint8Array(), { ...meta, ...nameless });
    expect(files(store, /\.entry$/).map((path) => statSync(path).size)).toEqual([104]);
    expect(open("short").lookup("k", nameless)?.bytes).toEqual(new Uint8Array());
    lease?.release();
    expect(files(store, /\.(lock|tmp)$/)).toEqual([]);
  });

  it("does not take the lock of whoever came next with it", () => {
    const [store, other] = [open("next"), open("next")];
    const first = store.lockSync("k", origin);
    store.write("k", Uint8Array.of(7), meta);
    const second = other.lockSync("k", origin);
    expect(second).toBeDefined();
    first?.release();
    expect(files(store, /\.lock$/)).toHaveLength(1);
    other.write("k", Uint8Array.of(8), meta);
    expect(store.lookup("k", origin)?.bytes).toEqual(Uint8Array.of(8));
    second?.release();
  });

  it("is given up on where its writer died in between, but not before", () => {
    const store = open("died");
    store.write("k", Uint8Array.of(7), meta);
    const entry = readFileSync(files(store, /\.entry$/)[0] as string);
    store.lockSync("k", origin);
    const [lock] = files(store, /\.lock$/) as [string];
    writeFileSync(lock, entry.subarray(0, 60));
    expect(open("died").lockSync("k", origin)).toBeUndefined();
    const before = Date.now() / 1000 - 3;
    utimesSync(lock, before, before);
    const lease = open("died").lockSync("k", origin);
    expect(lease).toBeDefined();
    lease?.release();
  });
});

describe("a log of clears whose last line has no end", () => {
  const origin = { function: "f", hash: "h" };
  const scopes = ["kind:data", "fn:f"];

  it("makes nothing count, since a clear may be in that line; it is begun anew if none follows", () => {
    const store = new DiskStore({ dir: join(root, "open line") });
    const before = store.readEpochs(scopes, true);
    store.renewEpochs(["fn:f"]);
    const cleared = store.readEpochs(scopes, true);
    expect(cleared[1]).not.toBe(before[1]);
    const log = join(store.dir, "v2", "clears");
    const whole = readFileSync(log);
    for (const damaged of [
      whole.subarray(0, -1),
      whole.subarray(0, -20),
      Buffer.concat([whole.subarray(0, -1), Buffer.from("K")]),
    ]) {
      writeFileSync(log, damaged);
      for (const reader of [store, new DiskStore({ dir: store.dir })])
        expect(reader.readEpochs(scopes, false)).toEqual([undefined, undefined]);
    }
    const long = Date.now() / 1000 - 3;
    utimesSync(log, long, long);
    for (const epoch of new DiskStore({ dir: store.dir }).readEpochs(scopes, true)) {
      expect(epoch).toBeDefined();
      expect([...before, ...cleared]).not.toContain(epoch);
    }
    expect(store.lookup("k", origin)).toBeUndefined();
  });
});

describe("the disk store, failing at random", () => {
  const create = (place: string, now: () => number) =>
    flaky(new DiskStore({ dir: join(root, place), now }), seeded(11));
  for (const { name, run } of storeContract({ create, shared: true, flaky: true })) it(name, run);
});
