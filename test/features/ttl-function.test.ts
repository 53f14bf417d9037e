import { cached, configure, fresh, InvalidOptionError, subscribe } from "cachet";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { inspect } from "../../runtime/inspect.ts";
import { state } from "../../runtime/registry.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { handClock } from "../runtime/emitted.ts";

const runs: string[] = []; // cachet-allow-mutable
const released: string[] = []; // cachet-allow-mutable
const seen: unknown[][] = []; // cachet-allow-mutable

/** @cacheData({ ttl: (token, user, session) => { seen.push([token, user, session]); return token.expiresIn; } }) */
async function token(user: string, _session?: string) {
  runs.push(user);
  return { user, expiresIn: user === "guest" ? 0 : user.length };
}

/** @cacheData({ ttl: (value: string) => value, persist: "ttl-function" }) */
async function stored(life: string) {
  runs.push(life);
  return life;
}

const lives = (value: { life: number }) => ({ seconds: value.life });

/** @cacheResource({ ttl: lives, onRelease: ({ life }) => { released.push(String(life)); } }) */
function connection(life: number) {
  runs.push(String(life));
  return { life };
}

/** @cacheData({ ttl(value) { return value === "never" ? Infinity : "1s"; }, copy: "freeze" }) */
function word(value: string) {
  runs.push(value);
  return value;
}

/** @cacheData({ ttl: () => "1 parsec" as never }) */
function misspelt(x: number) {
  return x;
}

/** @cacheData({ ttl: () => Promise.resolve(1) as never }) */
async function later(x: number) {
  return x;
}

const store = new MemoryStore({ now: () => clock.wall() });
const clock = handClock(1_700_000_000_000);

beforeEach(() => {
  configure({ clock, stores: { "ttl-function": store } });
  for (const fn of [token, stored, connection, word]) void cached(fn as (x: never) => unknown).clear();
  runs.length = released.length = seen.length = 0;
});
afterAll(() => {
  configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
});

/** @cacheResource({ ttl: lives, onRelease: ({ life }) => { released.push(String(life)); } }) */
function swept(life: number) {
  return { life };
}

describe("a ttl that is a function", () => {
  it("says of each value how long it lives, from the value and the arguments, asked once", async () => {
    await token("ann", "s1");
    await token("ann", "s2");
    await token("benjamin");
    expect(seen).toEqual([
      [{ user: "ann", expiresIn: 3 }, "ann", "s1"],
      [{ user: "benjamin", expiresIn: 8 }, "benjamin", undefined],
    ]);
    clock.add(2.999);
    await token("ann");
    expect(runs).toEqual(["ann", "benjamin"]);
    clock.add(0.001);
    await token("ann");
    await token("benjamin");
    expect(runs).toEqual(["ann", "benjamin", "ann"]);
    clock.add(5);
    await token("benjamin");
    expect(runs).toEqual(["ann", "benjamin", "ann", "benjamin"]);
  });

  it("of 0 hands the value to all who wait, and keeps nothing", async () => {
    const events: string[] = [];
    const off = subscribe(({ type }) => void events.push(type));
    const both = await Promise.all([token("guest"), token("guest")]);
    off();
    expect(both).toEqual([
      { user: "guest", expiresIn: 0 },
      { user: "guest", expiresIn: 0 },
    ]);
    expect(both[0]).not.toBe(both[1]);
    expect(runs).toEqual(["guest"]);
    expect(events).not.toContain("write");
    expect(cached(token).entries()).toEqual([]);
    await token("guest");
    expect(runs).toEqual(["guest", "guest"]);
  });

  it("may answer with any form of a duration, be named, be a method, and say Infinity", () => {
    expect(lives(connection(2))).toEqual({ seconds: 2 });
    word("never");
    word("soon");
    clock.add(1);
    for (const value of ["never", "soon"]) word(value);
    expect(runs).toEqual(["2", "never", "soon", "soon"]);
    clock.add(1e9);
    word("never");
    expect(connection(2)).toEqual({ life: 2 });
    expect(runs).toEqual(["2", "never", "soon", "soon", "2"]);
    expect(released).toEqual(["2"]);
  });

  it("is about what `set` and `fresh` put there, too", async () => {
    await cached(token).set(["ann"], { user: "ann", expiresIn: 10 });
    clock.add(9);
    expect(await token("ann")).toEqual({ user: "ann", expiresIn: 10 });
    await cached(token).set(["ann"], { user: "ann", expiresIn: 0 });
    expect(await cached(token).has("ann")).toBe(false);
    await fresh(() => token("ann"));
    clock.add(2);
    await token("ann");
    expect(runs).toEqual(["ann"]);
  });

  it("goes into the store with the entry", async () => {
    await stored("10s");
    await stored("2s");
    await stored("0s");
    emptyFunction(state.functions.get(cached(stored).id) as never);
    clock.add(2);
    await stored("10s");
    expect(runs).toEqual(["10s", "2s", "0s"]);
    await stored("2s");
    await stored("0s");
    expect(runs).toEqual(["10s", "2s", "0s", "2s", "0s"]);
    clock.add(7.999);
    await stored("10s");
    expect(runs).toHaveLength(5);
    clock.add(0.001);
    await stored("10s");
    expect(runs).toHaveLength(6);
  });

  it("releases what lives shorter than the entries before it without waiting for those", () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    for (const life of [3600, 1, 2, 3601]) swept(life);
    for (const expected of [["1"], ["1", "2"]]) {
      clock.add(1);
      vi.advanceTimersByTime(1001);
      expect(released).toEqual(expected);
    }
    vi.useRealTimers();
  });

  it("that answers with no duration is an error that names the function", async () => {
    expect(() => misspelt(1)).toThrow(InvalidOptionError);
    expect(() => misspelt(1)).toThrow(
      'misspelt(): invalid `ttl()`: expected a number of seconds or a string such as "1h30m", got `"1 parsec"`',
    );
    await expect(later(1)).rejects.toThrow("later(): invalid `ttl()`: expected a number of seconds");
    expect(cached(misspelt).entries()).toEqual([]);
  });

  it("is shown as given", () => {
    word("soon");
    expect(inspect().find(({ id }) => id === cached(word).id)?.options["ttl"]).toBe("given");
  });

  it("is the only option besides those of functions alone that the build takes a function for", () => {
    const messages = (options: string) =>
      transform(`/** @cacheData(${options}) */\nexport function f(x: number) { return x; }`, { fileName: "/p/a.ts" });
    const { code, diagnostics } = messages("{ ttl: (value) => value }");
    expect(diagnostics).toEqual([]);
    expect(code).toContain("parsers: { ttl: __cachet.parseTtl }");
    expect(messages("{ maxEntries: () => 1 }").diagnostics).toHaveLength(1);
  });
});
