import { execFileSync } from "node:child_process";
import nodeFs, { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { cached, configure, dependsOn } from "cachet";
import * as files from "cachet/fs";
import { readFile } from "cachet/fs/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const runs: unknown[] = []; // cachet-allow-mutable
const folder = mkdtempSync(join(tmpdir(), "cachet-files-"));
const path = join(folder, "a.txt");
const clock = handClock();
let seconds = 1_000_000; // cachet-allow-mutable

/** A file with a time of its own, however fast the test is. */
function write(text: string, file = path) {
  writeFileSync(file, text);
  utimesSync(file, ++seconds, seconds);
}

/** @cacheData */
async function load(file: string | URL) {
  dependsOn(file);
  await Promise.resolve();
  runs.push(file);
  return nodeFs.existsSync(file) ? nodeFs.readFileSync(file, "utf8") : "none";
}

/** @cacheData({ persist: "files" }) */
async function stored(file: string) {
  dependsOn(file, "package.json");
  runs.push(file);
  return nodeFs.readFileSync(file, "utf8");
}

/** @cacheData({ persist: "files" }) */
async function outer(file: string) {
  return `got ${await stored(file)}`;
}

/** @cacheResource */
async function outermost(file: string) {
  return outer(file);
}

/** @cacheData */
async function twice(file: string) {
  const known = await load(file);
  dependsOn(file);
  return `${nodeFs.readFileSync(file, "utf8")} and ${known}`;
}

/** @cacheResource */
function parsed(file: string) {
  runs.push(file);
  return { text: files.readFileSync(file, "utf8") };
}

/** @cacheData({ hashFuncs: { function: (read) => read.name } }) */
async function through(read: (file: string) => unknown, file: string) {
  runs.push(read.name);
  return String(await read(file));
}

const edited = () => {
  clock.add(1);
};

beforeEach(() => {
  configure({ clock, stores: { files: new MemoryStore() } });
  for (const fn of [load, stored, outer, outermost, twice, parsed, through])
    void cached(fn as (x: never) => unknown).clear();
  runs.length = 0;
  clock.add(10);
  write("one");
});
afterAll(() => {
  configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
  rmSync(folder, { recursive: true, force: true });
});

describe("dependsOn", () => {
  it("keeps an entry while its file is what it was, by path, relative path and URL", async () => {
    for (const file of [path, relative(process.cwd(), path), pathToFileURL(path)]) {
      runs.length = 0;
      write("one");
      expect([await load(file), await load(file)]).toEqual(["one", "one"]);
      write("two");
      edited();
      expect(await load(file)).toBe("two");
      expect(runs).toHaveLength(2);
    }
  });

  it("looks at the content where only the time differs", async () => {
    await load(path);
    write("one");
    edited();
    expect(await load(path)).toBe("one");
    expect(runs).toHaveLength(1);
    write("ono");
    edited();
    expect(await load(path)).toBe("ono");
  });

  it("takes a missing file for a state, and one that goes", async () => {
    rmSync(path);
    expect([await load(path), await load(path)]).toEqual(["none", "none"]);
    expect(runs).toHaveLength(1);
    write("there");
    edited();
    expect(await load(path)).toBe("there");
    rmSync(path);
    edited();
    expect(await load(path)).toBe("none");
  });

  it("looks at a file at most once a second", async () => {
    await load(path);
    write("two");
    for (let i = 0; i < 10; i++) expect(await load(path)).toBe("one");
    edited();
    expect(await load(path)).toBe("two");
    expect(runs).toHaveLength(2);
  });

  it("holds for stored entries, also from another process", async () => {
    await stored(path);
    emptyFunction(ownerOf(stored));
    expect(await stored(path)).toBe("one");
    expect(runs).toHaveLength(1);
    execFileSync(process.execPath, ["-e", `require("fs").writeFileSync(${JSON.stringify(path)}, "other")`]);
    edited();
    expect(await stored(path)).toBe("other");
    emptyFunction(ownerOf(stored));
    write("third");
    edited();
    expect(await stored(path)).toBe("third");
    expect(runs).toHaveLength(3);
    write("last");
    edited();
    expect(await stored(path)).toBe("last");
  });

  it("is seen by has and get", async () => {
    await load(path);
    expect(cached(load).has(path)).toBe(true);
    write("two");
    edited();
    expect(cached(load).has(path)).toBe(false);
    expect(await cached(load).get(path)).toBeUndefined();
  });

  it("holds for the functions that call one: on a miss, on a hit, from a store, whatever lies between", async () => {
    for (const [call, forget] of [
      [() => outer(path), () => {}],
      [() => outer(path), () => emptyFunction(ownerOf(stored))],
      [() => outermost(path), () => {}],
      [() => outermost(path), () => emptyFunction(ownerOf(outer))],
    ] as const) {
      for (const fn of [stored, outer, outermost]) await cached(fn).clear();
      write("one");
      edited();
      await stored(path);
      forget();
      expect([await call(), await call()]).toEqual(["got one", "got one"]);
      write("two");
      edited();
      expect([await call(), await call()]).toEqual(["got two", "got two"]);
      expect(await stored(path)).toBe("two");
    }
  });

  it("takes a file that changed between two looks for one that has", async () => {
    await load(path);
    // Within the second for which the last look counts.
    write("two");
    expect(await twice(path)).toBe("two and one");
    edited();
    expect(await twice(path)).toBe("two and two");
    write("two");
    edited();
    runs.length = 0;
    expect(await twice(path)).toBe("two and two");
    expect(runs).toEqual([]);
  });

  it("refuses what is no path, and to be called outside of a body", async () => {
    expect(() => dependsOn(path)).toThrow(/outside of a cached function/);
    expect(() => dependsOn(5 as never)).toThrow(/expected paths or file URLs, got number/);
    expect(() => dependsOn("")).toThrow(/got ""/);
    await expect(load("https://example.com/a")).rejects.toThrow(/got "https:/);
    await expect(load(new URL("https://example.com/a"))).rejects.toThrow(/got https:/);
    configure({ enabled: false });
    expect(() => dependsOn(path)).not.toThrow();
    configure({ enabled: true });
  });
});

const HELPER = "import { readFileSync } from 'node:fs'; const helper = () => readFileSync('x');";

describe("cachet/fs", () => {
  it.each([
    ["readFileSync", (file: string) => files.readFileSync(file, "utf8")],
    ["readFile", (file: string) => readFile(file, "utf8")],
    ["promises", async (file: string) => (await files.promises.stat(file)).size],
    ["callback", (file: string) => new Promise((resolve) => files.readFile(file, "utf8", (_, text) => resolve(text)))],
    ["stream", async (file: string) => (await files.createReadStream(file, "utf8").toArray()).join("")],
    ["existsSync", (file: string) => files.existsSync(file)],
    [
      "descriptor",
      (file: string) => {
        const opened = files.openSync(file, "r");
        nodeFs.closeSync(opened);
        return files.default.readFileSync(Buffer.from(file), "utf8");
      },
    ],
  ])("notes what %s reads", async (name, read) => {
    Object.defineProperty(read, "name", { value: name });
    await through(read, path);
    await through(read, path);
    expect(runs).toEqual([name]);
    write(`longer ${seconds}`);
    edited();
    await through(read, path);
    expect(runs).toEqual([name, name]);
  });

  it("notes the names in folders, and in those within", async () => {
    const list = (file: string) => files.readdirSync(file, { recursive: true });
    mkdirSync(join(folder, "in/deep"), { recursive: true });
    await through(list, join(folder, "in"));
    await through(list, join(folder, "in"));
    expect(runs).toHaveLength(1);
    write("new", join(folder, "in/deep/new.txt"));
    edited();
    expect(await through(list, join(folder, "in"))).toMatch(/new\.txt/);
  });

  it("counts the time of a file for stat, and not for reading", async () => {
    const time = (file: string) => files.statSync(file).mtimeMs;
    await through(time, path);
    parsed(path);
    write("one");
    edited();
    await through(time, path);
    parsed(path);
    expect(runs).toEqual(["time", path, "time"]);
  });

  it("serves resources, and is Node's own elsewhere", () => {
    expect(parsed(path)).toBe(parsed(path));
    expect(files.readFileSync(path, "utf8")).toBe("one");
    expect(files.readFileSync.name).toBe("readFileSync");
    expect(files.realpath.native).toBe(nodeFs.realpath.native);
    expect(() => files.readFileSync(join(folder, "missing"))).toThrow(/ENOENT/);
  });

  it("hands on every reading function of both modules", () => {
    const reads =
      /^(?:access|exists|lstat|open(?!ed)|readdir|readFile|readlink|realpath|stat(?!fs|s)|createReadStream)/i;
    const missing = (from: object, to: object) =>
      Object.keys(from).filter((name) => reads.test(name) && /^[a-z]/.test(name) && !(name in to));
    expect(missing(nodeFs, files)).toEqual([]);
    expect(missing(nodeFs.promises, files.promises)).toEqual([]);
  });

  it.each([
    ["import { readFileSync } from 'node:fs';", "", 1],
    ["import { readFileSync } from 'cachet/fs';", "", 0],
    ["import { readFileSync } from 'node:fs'; import { dependsOn } from 'cachet';", "dependsOn('x'); ", 0],
    ["import { readFileSync } from 'node:fs'; import * as cachet from 'cachet';", "cachet.dependsOn('x'); ", 0],
    ["import { readFileSync } from 'node:fs'; const dependsOn = (x) => x;", "dependsOn('x'); ", 1],
    [`${HELPER} import { dependsOn } from 'cachet';`, "dependsOn('x'); return helper(); ", 0],
    [
      `${HELPER} import { dependsOn } from 'cachet'; const names = () => dependsOn('x');`,
      "names(); return helper(); ",
      1,
    ],
    [
      `${HELPER} import { dependsOn } from 'cachet'; const both = () => { dependsOn('x'); return helper(); };`,
      "return both(); ",
      0,
    ],
    [
      `${HELPER} import { dependsOn } from 'cachet'; const both = () => { dependsOn('x'); return helper(); };`,
      "both(); return helper(); ",
      1,
    ],
  ])("%s %s is warned about %i times", (imports, call, count) => {
    const { diagnostics } = transform(
      `${imports}\n/** @cacheData */ export function f() { ${call}${imports.startsWith(HELPER) ? "" : "return readFileSync('x')"} }`,
      {
        fileName: "/p/a.ts",
        resolve: (specifier) => (specifier.startsWith("cachet") ? "/p/node_modules/cachet/index.js" : undefined),
        read: (file) => (file.endsWith("/package.json") ? '{"name":"cachet","version":"1.0.0"}' : ""),
      },
    );
    const found = diagnostics.filter(({ code }) => code === "CACHET3003");
    expect(found).toHaveLength(count);
    for (const { fix } of found) expect(fix).toMatch(/dependsOn\(path\).*cachet\/fs/);
  });
});
