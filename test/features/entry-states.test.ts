import { readFileSync } from "node:fs";
import { cached, cacheSignal, configure } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
const store = new MemoryStore({ now: () => clock.wall() });

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}
const started: Pending[] = []; // cachet-allow-mutable
let running = 0; // cachet-allow-mutable

async function source(): Promise<unknown> {
  const signal = cacheSignal();
  running++;
  try {
    return await new Promise((resolve, reject) => {
      started.push({ resolve, reject });
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  } finally {
    running--;
  }
}

/** @cacheData({ ttl: 10, stale: { refresh: 20, error: 20, retry: 5 } }) */
async function inMemory(x: number, signal?: AbortSignal) {
  signal?.throwIfAborted();
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { refresh: 20, error: 20, retry: 5 }, persist: "states" }) */
async function onStore(x: number, signal?: AbortSignal) {
  signal?.throwIfAborted();
  return [x, await source()];
}

type Fn = typeof inMemory;
const turn = () => new Promise((resolve) => setImmediate(resolve));
let controller = new AbortController();

const EVENTS: Record<string, (fn: Fn) => unknown> = {
  call: (fn) => void fn(1, controller.signal).catch(() => {}),
  value: () => started.at(-1)?.resolve("value"),
  failure: () => started.at(-1)?.reject(new Error("down")),
  ttl: () => clock.add(10),
  end: () => clock.add(30),
  retry: () => clock.add(5),
  clear: (fn) => cached(fn).clear(1),
  expire: (fn) => cached(fn).expire(1),
  leave: () => controller.abort(new Error("left")),
  crash: (fn) => emptyFunction(ownerOf(fn)),
  loss: () => store.clear(),
};

/** How a state is reached. */
const WAYS: Record<string, string[]> = {
  none: [],
  running: ["call"],
  fresh: ["call", "value"],
  stale: ["call", "value", "ttl"],
  refreshing: ["call", "value", "ttl", "call"],
  resting: ["call", "value", "ttl", "call", "failure"],
};

async function happen(fn: Fn, event: string): Promise<void> {
  await EVENTS[event]?.(fn);
  await turn();
  await turn();
}

/** The state as another call meets it. */
async function stateOf(fn: Fn): Promise<string> {
  const [runs, wasRunning] = [started.length, running];
  let answer: unknown;
  void fn(1).then(
    (value) => {
      answer = value;
    },
    () => {},
  );
  await turn();
  const isNew = started.length > runs;
  if (answer === undefined) return isNew ? "none" : "running";
  if (cached(fn).entries()[0]?.isStale !== true) return "fresh";
  return isNew ? "stale" : wasRunning > 0 ? "refreshing" : "resting";
}

const page = readFileSync(new URL("../../docs/how-it-works.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^ {2}\| (.*) \|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));
const [[, ...events] = [], , ...states] = rows.slice(rows.findIndex(([first]) => first === "state"));
const cells = states.flatMap(([state = "", ...next]) =>
  events.flatMap((event, i) => (next[i] ? [[state, event, next[i]] as const] : [])),
);

beforeEach(async () => {
  configure({ clock, stores: { states: store } });
  for (const fn of [inMemory, onStore]) await cached(fn).clear();
  await turn();
  controller = new AbortController();
  started.length = running = 0;
});
afterAll(() => configure({ clock: { now: () => performance.now(), wall: () => Date.now() } }));

it("the table in docs/how-it-works.md names every state and event", () => {
  expect(states.map(([state]) => state)).toEqual(Object.keys(WAYS));
  expect(events).toEqual(Object.keys(EVENTS));
});

describe.each([
  ["in memory", inMemory],
  ["on a store", onStore],
] as const)("an entry %s", (where, fn) => {
  const own = cells.filter(([, event]) => where === "on a store" || (event !== "crash" && event !== "loss"));

  it.each(own)("that is %s, at %s, becomes %s", async (state, event, next) => {
    for (const step of WAYS[state] ?? []) await happen(fn, step);
    await happen(fn, event);
    expect(await stateOf(fn)).toBe(next);
  });
});
