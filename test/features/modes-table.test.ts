import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached, cacheTag, clearTags, configure, expireTags, fresh, NotRecordedError, type Store, warm } from "cachet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import type { Mode } from "../../runtime/settings.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { ownerOf } from "./owner-of.ts";

let runs = 0; // cachet-allow-mutable

/** @cacheData({ persist: "kept", tags: ["t"], ttl: "1h", stale: { error: "1h" } }) */
async function load(n: number): Promise<{ n: number; run: number }> {
  runs++;
  cacheTag("late");
  return { n, run: runs };
}

/** @cacheData({ persist: "kept", tags: ["t"] }) */
async function* count(n: number) {
  runs++;
  yield n;
}

async function* numbers(): AsyncGenerator<number> {
  yield 99;
}

/** What a cell of the table says, in its words. */
interface Cell {
  call: string;
  mode: Mode;
  says: string;
}

const MODES: readonly Mode[] = ["on", "off", "read", "record", "replay"];

function cells(): Cell[] {
  const text = readFileSync(new URL("../../docs/modes.md", import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `") || line.startsWith("| for"));
  return rows.flatMap((row) => {
    const [call = "", ...says] = row.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, ""));
    expect(says).toHaveLength(MODES.length);
    return MODES.map((mode, i) => ({ call, mode, says: says[i] as string }));
  });
}

const read = async (stream: AsyncIterable<number>) => {
  for await (const _ of stream);
};

/** What is done for each row, all of the ways that it names. */
const CALLS: Record<string, (() => unknown)[]> = {
  "`f(1)`": [() => load(1)],
  "`for await` over `f(1)`": [() => read(count(1))],
  "`fresh(() => f(1))`, `cached(f).refresh(1)`": [
    () => fresh(() => load(1)),
    () => cached(load).refresh(1),
    () => read(cached(count).refresh(1)),
  ],
  "`warm(f, [[1]])`": [warmed],
  "`cached(f).get(1)`, `.has(1)`": [() => cached(load).get(1), () => cached(load).has(1) || undefined],
  "`cached(f).set([1], value)`": [
    () => cached(load).set([1], { n: 1, run: 99 }),
    () => cached(count).set([1], numbers()),
  ],
  "`cached(f).entries()`": [() => cached(load).entries().length],
  "`cached(f).expire(1)`": [() => cached(load).expire(1)],
  "`cached(f).clear(1)`, `.clear()`": [() => cached(load).clear(1), () => cached(load).clear()],
  '`clearTags("t")`': [() => clearTags("t")],
  '`expireTags("t")`': [() => expireTags("t")],
};

async function warmed(): Promise<void> {
  const { failed } = await warm(load, [[1]]);
  if (failed[0] !== undefined) throw failed[0].error;
}

function emptyMemory(): void {
  emptyFunction(ownerOf(load));
  emptyFunction(ownerOf(count));
}

let dir: string;
let kept: MemoryStore;
/** What is changed in the store. */
let changes: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cachet-modes-table-"));
  kept = new MemoryStore();
  changes = [];
});
afterEach(() => {
  configure({ mode: "on" });
  emptyMemory();
  rmSync(dir, { recursive: true, force: true });
});

/** The store, with everything that changes it noted; in the mode `read` also epochs that a look at them would make. */
function noting(store: MemoryStore): Store {
  const note =
    <A extends unknown[], R>(name: string, action: (...args: A) => R) =>
    (...args: A): R => {
      changes.push(name);
      return action(...args);
    };
  return {
    name: "kept",
    sync: true,
    lookup: (key, origin) => store.lookup(key, origin),
    write: note("write", (...args) => store.write(...args)),
    delete: note("delete", (...args) => store.delete(...args)),
    clear: note("clear", (id) => store.clear(id)),
    readEpochs: (scopes, make) => {
      if (make && isRead) changes.push("makes epochs");
      return store.readEpochs(scopes);
    },
    renewEpochs: note("renew", (scopes) => store.renewEpochs(scopes)),
  };
}
let isRead = false;

const recordings = (): string =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${name} ${statSync(join(dir, name), { bigint: true }).mtimeNs}`)
    .join();

const memory = (): string =>
  JSON.stringify(
    [load, count].flatMap((f) =>
      cached(f as typeof load)
        .entries()
        .map(({ age: _, remaining, isStale }) => [remaining > 0, isStale]),
    ),
  );

/** Puts into the store, or the folder of recordings, what the mode would answer from, and nothing into memory. */
async function prepare(mode: Mode, isStored: boolean): Promise<void> {
  const isRecorded = mode === "record" || mode === "replay";
  emptyMemory();
  configure({ stores: { kept }, ...(isRecorded ? { mode: "record", dir } : { mode: "on" }) });
  if (isStored) {
    await load(1);
    await read(count(1));
  }
  emptyMemory();
}

async function outcome(mode: Mode, action: () => unknown, fillsMemory: boolean, reads: boolean): Promise<string> {
  if (fillsMemory) await load(1);
  isRead = mode === "read";
  configure({ mode, dir, stores: { kept: noting(kept) } });
  changes = [];
  runs = 0;
  const before = { memory: memory(), recordings: recordings() };
  const words: string[] = [];
  let result: unknown;
  try {
    result = await action();
  } catch (error) {
    if (!(error instanceof NotRecordedError)) throw error;
    return "throws";
  }
  if (runs > 0) words.push("runs");
  else if (reads && (result !== undefined || memory() !== before.memory)) words.push("answers");
  if (memory() !== before.memory) words.push("memory");
  if (changes.length > 0 || recordings() !== before.recordings) words.push("store");
  return words.join(", ") || "nothing";
}

describe("the table of modes", () => {
  it.each(cells())("$call in $mode: $says", async ({ call, mode, says }) => {
    const [, name = "", state] = /^(.*?)(?:, (not there|stored))?$/.exec(call) as RegExpExecArray;
    const isEntryList = name.includes("entries");
    const isGone = /clear|expire/i.test(name);
    for (const action of CALLS[name] as (() => unknown)[]) {
      await prepare(mode, state === "stored" || isGone || isEntryList);
      const fillsMemory = isGone || isEntryList;
      const reads = state !== undefined;
      const said = await outcome(mode, action, fillsMemory, reads);
      if (isEntryList) expect([said, cached(load).entries().length]).toEqual(["nothing", 1]);
      else expect(said).toBe(says);
      configure({ mode: "on", stores: { kept: (kept = new MemoryStore()) } });
      rmSync(dir, { recursive: true, force: true });
      dir = mkdtempSync(join(tmpdir(), "cachet-modes-table-"));
    }
  });
});
