import { mkdtempSync, readdirSync, rmSync } from "node:fs";
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

describe("the disk store, failing at random", () => {
  const create = (place: string, now: () => number) =>
    flaky(new DiskStore({ dir: join(root, place), now }), seeded(11));
  for (const { name, run } of storeContract({ create, shared: true, flaky: true })) it(name, run);
});
