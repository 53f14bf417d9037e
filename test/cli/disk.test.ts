import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALL_DATA, functionScope } from "../../runtime/persist/scopes.ts";
import { diskStore } from "../../runtime/stores/disk.ts";
import { bundleWorker } from "../stores/bundle.ts";
import { start } from "../stores/processes.ts";
import { until } from "../stores/until.ts";
import { cachet, project, runBin } from "./bin.ts";

const worker = bundleWorker("./disk-worker.ts");

const HOUR = 3_600_000;

interface Written {
  id: string;
  hash?: string;
  bytes?: number;
  expires?: number;
}

/** A directory with entries as programs leave them. */
function entries(...written: Written[]): string {
  const dir = join(project({}), "entries");
  const store = diskStore({ dir, now: Date.now });
  for (const [index, { id, hash = "c1:1", bytes = 10, expires }] of written.entries()) {
    const meta = {
      function: id,
      hash,
      written: Date.now() - HOUR,
      cost: 250,
      ...(expires !== undefined && { expires }),
    };
    store.write(`key ${index}`, new Uint8Array(bytes), meta);
  }
  store.close();
  return dir;
}

const LOAD = "shop/src/data.ts#load";
const ROW = "shop/src/table.ts#row";

describe("cachet stats", () => {
  it("counts entries, bytes, expired ones, code versions and what computing cost, the largest first", async () => {
    const past = Date.now() - 1000;
    const dir = entries({ id: LOAD }, { id: LOAD, hash: "c1:2", expires: past }, { id: ROW, bytes: 5000 });
    const { code, stdout } = await cachet("/", "stats", "--dir", dir);
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map((row) => [row[0], row[1], row[3], row[4], row[5]])).toEqual([
      [ROW, "1", "0", "1", "250"],
      [LOAD, "2", "1", "2", "500"],
    ]);
    const json = JSON.parse((await cachet("/", "stats", "--dir", dir, "--json")).stdout);
    expect(json).toMatchObject({ dir, entries: 3, functions: [{ id: ROW }, { id: LOAD, versions: ["c1:1", "c1:2"] }] });
    expect(json.bytes).toBe(json.functions[0].bytes + json.functions[1].bytes);
  });

  it("finds nothing where nothing was ever written", async () => {
    const dir = join(project({}), "missing");
    expect(await cachet("/", "stats", "--dir", dir)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("looks beside the package, or where CACHET_DIR says", () => {
    const dir = entries({ id: LOAD });
    const directory = project({ "package.json": "{}", "src/a.ts": "" });
    expect(runBin({ CACHET_DIR: dir }, directory, "stats").stdout).toMatch(/^shop\/src\/data\.ts#load\t1\t/);
    const { dir: found } = JSON.parse(runBin({ CACHET_DIR: "" }, join(directory, "src"), "stats", "--json").stdout);
    expect(found).toBe(join(directory, "node_modules/.cache/cachet"));
  });

  it("reads past damaged entries and what others put there", async () => {
    const dir = entries({ id: LOAD });
    mkdirSync(join(dir, "v1/other-0123456789abcdef/0123456789abcdef"), { recursive: true });
    const damaged = join(dir, "v1/other-0123456789abcdef/0123456789abcdef/0123456789abcdef0123456789abcdef.entry");
    writeFileSync(damaged, "not an entry");
    writeFileSync(join(dir, "notes.txt"), "mine");
    expect(JSON.parse((await cachet("/", "stats", "--dir", dir, "--json")).stdout).entries).toBe(1);
  });
});

describe("cachet clear", () => {
  it("puts out of use what a running program holds", async () => {
    const dir = entries({ id: LOAD }, { id: ROW });
    const running = diskStore({ dir, now: Date.now });
    const scopes = [functionScope(LOAD), functionScope(ROW), ALL_DATA];
    const before = running.readEpochs(scopes, true);
    await cachet("/", "clear", "load", "--dir", dir);
    const [load, row, all] = running.readEpochs(scopes, true);
    expect(load).not.toBe(before[0]);
    expect([row, all]).toEqual(before.slice(1));
    await cachet("/", "clear", "--dir", dir);
    expect(running.readEpochs(scopes, true)[2]).not.toBe(all);
    running.close();
  });

  it.each([
    ["a synchronous function", false, []],
    ["an asynchronous function", true, []],
    ["one function alone", false, ["load"]],
  ])("reaches the memory of a running program: %s", async (_what, async, args) => {
    const dir = join(project({}), "entries");
    const log = join(dir, "..", "log");
    const id = "pkg/src/load.ts#load";
    const program = start(worker, { dir, id, async, log, steps: [["call", 1], ["call", 1], ["mark"], ["again", 1]] });
    await until(() => existsSync(log) && readFileSync(log, "utf8").includes("mark"));
    expect((await cachet(dir, "clear", ...args, "--dir", dir)).code).toBe(0);
    expect(await program.report).toMatchObject({ runs: 2, results: [1, 1], warnings: [] });
  });

  it("removes one function in all its versions, named by its id or the end of it", async () => {
    const dir = entries({ id: LOAD }, { id: LOAD, hash: "c1:2" }, { id: ROW }, { id: "shop/src/b.ts#Repo.find" });
    const left = async () =>
      JSON.parse((await cachet("/", "stats", "--dir", dir, "--json")).stdout).functions.map(
        (fn: { id: string }) => fn.id,
      );
    expect((await cachet("/", "clear", LOAD, "--dir", dir)).stdout).toBe(`Removed 2 entries of ${LOAD}.\n`);
    expect((await left()).sort()).toEqual(["shop/src/b.ts#Repo.find", ROW].sort());
    expect((await cachet("/", "clear", "src/table.ts#row", "--dir", dir)).code).toBe(0);
    expect((await cachet("/", "clear", "Repo.find", "--dir", dir)).code).toBe(0);
    expect(await left()).toEqual([]);
  });

  it.each([[[]], [["--kind", "data"]]])("removes everything with %j, and again without complaint", async (args) => {
    const dir = entries({ id: LOAD }, { id: ROW });
    expect((await cachet("/", "clear", ...args, "--dir", dir)).stdout).toBe("Removed 2 entries.\n");
    expect(await cachet("/", "clear", ...args, "--dir", dir)).toEqual({
      code: 0,
      stdout: "Removed 0 entries.\n",
      stderr: "",
    });
  });

  it.each([
    [["laod"], "There are no entries of 'laod'", "Did you mean 'load'"],
    [["load"], "'load' is the name of several functions.", "other/a.ts#load"],
    [["--kind", "resource"], "Resources are never on disk.", "cacheResource.clear()"],
    [["--kind", "dta"], "There is no kind 'dta'.", "--kind data"],
    [[LOAD, "--kind", "data"], "exclude each other", "Usage: cachet clear"],
  ])("refuses %j and removes nothing", async (args, message, hint) => {
    const dir = entries({ id: LOAD }, { id: "other/a.ts#load" });
    const { code, stderr } = await cachet("/", "clear", ...args, "--dir", dir);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(JSON.parse((await cachet("/", "stats", "--dir", dir, "--json")).stdout).entries).toBe(2);
  });
});

describe("cachet prune", () => {
  it("removes expired entries and keeps the others", async () => {
    const dir = entries(
      { id: LOAD, expires: Date.now() - 1000 },
      { id: LOAD, expires: Date.now() + HOUR },
      { id: ROW },
    );
    expect((await cachet("/", "prune", "--dir", dir)).stdout).toMatch(/^Removed 1 entry, \d+ B\.\n$/);
    expect(JSON.parse((await cachet("/", "prune", "--dir", dir, "--json")).stdout)).toEqual({
      dir,
      entries: 0,
      bytes: 0,
    });
  });

  it("keeps to a size", async () => {
    const dir = entries({ id: LOAD, bytes: 5000 }, { id: ROW, bytes: 5000 });
    expect(JSON.parse((await cachet("/", "prune", "--max-bytes", "8KB", "--dir", dir, "--json")).stdout).entries).toBe(
      1,
    );
    expect(JSON.parse((await cachet("/", "prune", "--max-bytes", "10", "--dir", dir, "--json")).stdout).entries).toBe(
      1,
    );
  });

  it.each([
    [["--max-age", "10"], "--max-age can't be '10'"],
    [["--max-age", "old"], "--max-age can't be 'old'"],
    [["--max-bytes", "many"], "--max-bytes can't be 'many'"],
    [["--max-bytes", "-1"], "--max-bytes"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await cachet("/", "prune", ...args, "--dir", join(project({}), "x"));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
