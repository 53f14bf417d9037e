import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cached, cacheScope, cacheSignal, cacheTag, configure, dependsOn, NotRecordedError } from "cachet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { bundleWorker } from "../stores/bundle.ts";

const runs: string[] = []; // cachet-allow-mutable

/** @cacheData({ ttl: "1s" }) */
async function complete(prompt: string, model = "small") {
  runs.push(prompt);
  return { answer: prompt.toUpperCase(), model };
}

/** @cacheData */
function points(n: number) {
  runs.push(`points${n}`);
  return new Map([[n, new Date(n)]]);
}

/** @cacheData */
function beyondJson(what: "bigint" | "cycle" | "toJSON") {
  runs.push(what);
  const cycle: { self?: object } = {};
  cycle.self = cycle;
  return { bigint: { n: 1n }, cycle, toJSON: new URL("http://a/b") }[what];
}

/** @cacheData({ persist: "kept" }) */
function stored(n: number) {
  runs.push(`stored${n}`);
  return n;
}

/** @cacheData({ tags: ["t"], ttl: "1h", stale: { error: "1h" } }) */
function hanging(n: number) {
  runs.push(`hanging${n}`);
  dependsOn("package.json");
  return Promise.resolve({ n });
}

/** @cacheData */
async function tagged() {
  runs.push("tagged");
  cacheTag("t");
  dependsOn("package.json");
  return cacheSignal().aborted;
}

/** @cacheResource */
function connect(at: string) {
  runs.push(`connect ${at}`);
  return { at };
}

class Shop {
  /** @cacheData */
  price(id: number) {
    runs.push(`price${id}`);
    return this === undefined ? 0 : id;
  }
}

const request = cacheScope("request");

/** @cacheData({ scope: request }) */
function whose(id: number) {
  runs.push(`whose${id}`);
  return id;
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cachet-modes-"));
});
afterEach(() => {
  configure({ mode: "on" });
  for (const fn of [complete, points, stored, connect]) void cached(fn as () => unknown).clear();
  runs.length = 0;
  rmSync(dir, { recursive: true, force: true });
});

/** As a new process would: with what is on disk alone. */
function switchTo(mode: "record" | "replay"): void {
  configure({ mode: "on" });
  for (const fn of [complete, points, connect]) void cached(fn as () => unknown).clear();
  configure({ mode, dir });
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));

describe("record and replay", () => {
  it("keep each call in a file that people can read, and answer from it", async () => {
    configure({ mode: "record", dir });
    expect(await complete("hello")).toEqual({ answer: "HELLO", model: "small" });
    const [file, ...others] = filesIn(dir);
    expect(others).toEqual([]);
    expect(JSON.parse(readFileSync(join(dir, file as string), "utf8"))).toEqual({
      function: cached(complete).id,
      call: 'complete(prompt: "hello", model: "small")',
      codeHash: cached(complete).codeHash,
      value: { answer: "HELLO", model: "small" },
    });
    switchTo("replay");
    expect(await complete("hello")).toEqual({ answer: "HELLO", model: "small" });
    expect(runs).toEqual(["hello"]);
  });

  it("write the same file each time, and keep what JSON cannot say", () => {
    configure({ mode: "record", dir });
    points(1);
    const text = () => readFileSync(join(dir, filesIn(dir)[0] as string), "utf8");
    const before = text();
    expect(JSON.parse(before)).not.toHaveProperty("value");
    void cached(points).clear();
    expect(filesIn(dir)).toEqual([]);
    points(1);
    expect(text()).toBe(before);
    switchTo("replay");
    expect(points(1)).toEqual(new Map([[1, new Date(1)]]));
    expect(runs).toEqual(["points1", "points1"]);
  });

  it.each(["bigint", "cycle", "toJSON"] as const)("keep what JSON refuses or makes something else of: %s", (what) => {
    configure({ mode: "record", dir });
    const value = beyondJson(what);
    configure({ mode: "on" });
    void cached(beyondJson).clear();
    configure({ mode: "replay", dir });
    expect(beyondJson(what)).toEqual(value);
    expect(runs).toEqual([what]);
  });

  it("say of what a recording hangs on nothing, so that it is the same on every machine", async () => {
    configure({ mode: "record", dir });
    expect(await hanging(1)).toEqual({ n: 1 });
    const [file] = filesIn(dir);
    expect(JSON.parse(readFileSync(join(dir, file as string), "utf8"))).toEqual({
      function: cached(hanging).id,
      call: "hanging(n: 1)",
      codeHash: cached(hanging).codeHash,
      value: { n: 1 },
      promised: true,
    });
    configure({ mode: "on" });
    void cached(hanging).clear();
    configure({ mode: "replay", dir });
    expect(hanging(1)).toBeInstanceOf(Promise);
    expect(await hanging(1)).toEqual({ n: 1 });
    expect(runs).toEqual(["hanging1"]);
  });

  it("refuse a call that was not recorded, and name it", async () => {
    configure({ mode: "replay", dir });
    const error = await complete("new").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotRecordedError);
    expect(error).toMatchObject({ function: "complete", call: 'complete(prompt: "new", model: "small")' });
    expect(String(error)).toContain("CACHET_MODE=record");
    expect(() => points(2)).toThrow(NotRecordedError);
    expect(runs).toEqual([]);
    expect(filesIn(dir)).toEqual([]);
  });

  it("do not expire, and leave resources alone", async () => {
    let now = 0;
    configure({ clock: { now: () => now, wall: () => now } });
    try {
      configure({ mode: "record", dir });
      await complete("old");
      connect("db");
      now += 60_000;
      switchTo("replay");
      expect((await complete("old")).answer).toBe("OLD");
      expect(connect("db").at).toBe("db");
      expect(runs).toEqual(["old", "connect db", "connect db"]);
    } finally {
      configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
    }
  });

  it("say once of calls that belong to an instance or a scope that they run", () => {
    const warnings: string[] = [];
    configure({ mode: "record", dir, onWarning: (text) => warnings.push(text) });
    for (const mode of ["record", "replay"] as const) {
      configure({ mode });
      new Shop().price(1);
      request.run(() => whose(1));
    }
    configure({ onWarning: (text) => console.warn(text) });
    expect(runs).toEqual(["price1", "whose1", "price1", "whose1"]);
    expect(warnings).toEqual([
      'cachet: calls of Shop.price() belong to their instance, so they run and are not recorded. To record them, say `this: "value"` or `this: "ignore"`',
      "cachet: calls of whose() belong to their scope, so they run and are not recorded. To record them, leave out `scope`",
    ]);
  });

  it("name the declaration that has changed since", async () => {
    configure({ mode: "record", dir });
    await complete("hello");
    const [file = ""] = filesIn(dir);
    const folder = join(dir, dirname(file));
    const [noted = ""] = readdirSync(folder).filter((name) => name.endsWith(".code"));
    const code = readFileSync(join(folder, noted), "utf8");
    expect(code).toMatch(/^[0-9a-f]{8} complete \(test\/features\/modes\.test\.ts\)$/m);
    expect(code).toMatch(/^[0-9a-f]{8} runs \(test\/features\/modes\.test\.ts\)$/m);
    // As if both had been made when `runs` was another.
    const recording = JSON.parse(readFileSync(join(dir, file), "utf8"));
    writeFileSync(join(folder, "old.json"), JSON.stringify({ ...recording, codeHash: "c1:0" }));
    writeFileSync(join(folder, "c1-0.code"), code.replace(/^[0-9a-f]{8} runs/m, "00000000 runs"));
    rmSync(join(dir, file));
    switchTo("replay");
    const error = await complete("hello").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ changed: ["runs (test/features/modes.test.ts)"], recordedHash: "c1:0" });
    expect(String(error)).toContain("but runs (test/features/modes.test.ts) has changed since");
  });

  it("say that the code has changed since where the build did not say what it is made of", () => {
    const source = (plus: number) => `
      import { configure } from "cachet";
      import { transform } from "cachet/transformer";
      import { writeFileSync } from "node:fs";
      configure({ dir: ${JSON.stringify(dir)} });
      const { code } = transform("/** @cacheData */ export function sum(a: number) { return a + ${plus}; }", { fileName: ${JSON.stringify(join(dir, "sum.ts"))} });
      writeFileSync(".cache/modes-sum-${process.pid}.mjs", code.replace("a: number", "a"));
      const { sum } = await import("./.cache/modes-sum-${process.pid}.mjs?${plus}");
      try { console.log(sum(1)); } catch (error) { console.log(String(error)); }`;
    const run = (plus: number, mode: string) => {
      const { VITEST: _, ...env } = process.env;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source(plus)], {
        cwd: join(import.meta.dirname, "../.."),
        env: { ...env, CACHET_MODE: mode },
        encoding: "utf8",
      });
      return stdout.trim() || stderr;
    };
    expect(run(1, "record")).toBe("2");
    expect(run(1, "replay")).toBe("2");
    expect(run(2, "replay")).toMatch(/NotRecordedError: sum\(a: 1\) was recorded .* has changed since/);
    expect(run(1, "reply")).toMatch(/CACHET_MODE: expected on, off, read, record, replay, got "reply"/);
  });
});

it("recordings that threads of several processes make at once are all there, each whole", async () => {
  const worker = bundleWorker("../features/recording-worker.ts");
  const runs = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, [worker, dir])));
  expect(runs.map(({ stdout, stderr }) => [stdout, stderr])).toEqual([
    ["", ""],
    ["", ""],
  ]);
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const values = files.map((each) => JSON.parse(readFileSync(join(each.parentPath, each.name), "utf8")).value.n);
  // Ten that all have in common, and one of each thread.
  expect([values.length, new Set(values).size]).toEqual([14, 14]);
});

describe("the other modes", () => {
  it("off runs every call, also one whose body says what its result hangs on", async () => {
    configure({ mode: "off" });
    stored(1);
    stored(1);
    await tagged();
    expect(runs).toEqual(["stored1", "stored1", "tagged"]);
  });

  it("read takes from stores and writes nothing", () => {
    const kept = new MemoryStore();
    configure({ stores: { kept } });
    stored(1);
    void cached(stored);
    const written: string[] = [];
    const watched = Object.assign(Object.create(kept), {
      write: () => void written.push("write"),
      renewEpochs: () => void written.push("clear"),
      delete: () => void written.push("delete"),
      lockSync: undefined,
    });
    configure({ mode: "read", stores: { kept: watched } });
    for (const entry of cached(stored).entries()) expect(entry.value).toBe(1);
    stored(2);
    // A clear holds in here, and the store is not told.
    void cached(stored).clear(1);
    stored(1);
    expect(written).toEqual([]);
    expect(runs).toEqual(["stored1", "stored2", "stored1"]);
    configure({ mode: "on", stores: { kept } });
  });

  it("are named in the error for anything else", () => {
    expect(() => configure({ mode: "reply" as never })).toThrow(/Valid: "on", "off", "read", "record", "replay"/);
  });
});
