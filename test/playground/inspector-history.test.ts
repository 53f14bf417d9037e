import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { History } from "../../playground/inspector/history.ts";
import { describeReason } from "../../playground/inspector/reason.ts";
import { cached, clearTags, configure, expireTags } from "../../runtime/index.ts";
import { inspect, observeCalls } from "../../runtime/inspect.ts";
import { data as define } from "../../runtime/internal.ts";
import { data, dataAsync, features, freshId, handClock } from "../runtime/emitted.ts";

const clock = handClock();
let history: History;
let end: () => void;

beforeEach(() => {
  configure({ clock });
  begin();
});
afterEach(() => end());

function begin(earlierHashes?: Map<string, string>): void {
  end?.();
  history = new History(inspect(), earlierHashes);
  end = observeCalls((event, call) => history.note(event, call));
}

/** Why the newest run was one. */
const reason = () => history.lastRun?.reason;

describe("why did this run?", () => {
  it("is answered: the first call, then new arguments, with those that differ from the nearest earlier call", () => {
    const load = data((url: string, page: number) => `${url}${page}`, { parts: ["url", "page"] });
    load("a", 1);
    expect(reason()).toEqual({ type: "first" });
    load("b", 7);
    load("a", 2);
    const differs = [{ name: "page", before: "1", now: "2" }];
    expect(reason()).toEqual({ type: "arguments", differs, isInstance: false });
    expect(describeReason(reason()!).text).toContain("page was 1, is 2");
  });

  it("is answered: expired", () => {
    const load = data((n: number) => n, { ttl: 1 });
    load(1);
    clock.add(1);
    load(1);
    expect(reason()).toEqual({ type: "expired" });
  });

  it("is answered: evicted, by which limit", () => {
    const load = data((n: number) => n, { maxEntries: 1 });
    for (const n of [1, 2, 1]) load(n);
    expect(reason()).toEqual({ type: "evicted", limit: "maxEntries" });
    const big = data(() => "x".repeat(1000), { maxBytes: 10 });
    big();
    big();
    expect(reason()).toEqual({ type: "evicted", limit: "tooLarge" });
  });

  it("is answered: cleared, alone or with all", () => {
    const load = data((n: number) => n);
    load(1);
    cached(load).clear(1);
    load(1);
    expect(reason()).toEqual({ type: "cleared", all: false });
    cached(load).clear();
    load(1);
    expect(reason()).toEqual({ type: "cleared", all: true });
  });

  it("is answered: a tag that was cleared or made to expire, and a refresh in the background", async () => {
    const tags = ["all", (n: number) => `n:${n}`];
    const load = data((n: number) => n, { tags });
    load(1);
    clearTags("n:1");
    load(1);
    expect(reason()).toEqual({ type: "cleared", all: false, tag: "n:1" });
    expect(describeReason(reason()!).text).toBe("Somebody cleared the tag “n:1”.");
    const slow = dataAsync(async (n: number) => n, { tags, ttl: 60, stale: { refresh: 60 } });
    await slow(1);
    expireTags("all");
    await slow(1);
    expect(reason()).toEqual({ type: "refreshed" });
  });

  it("is answered: cleared, where the clear met a run", async () => {
    const load = data(async (n: number) => n);
    const first = load(1);
    cached(load).clear();
    await first;
    await load(1);
    expect(reason()).toEqual({ type: "cleared", all: true });
  });

  it("is answered: not valid, and failed before", () => {
    const load = data((n: number) => n, { validate: () => false });
    load(1);
    load(1);
    expect(reason()).toEqual({ type: "invalid" });
    const fail = data((_n: number) => {
      throw new Error("no");
    });
    for (const _ of [1, 2]) expect(() => fail(1)).toThrow("no");
    expect(reason()).toEqual({ type: "failed" });
  });

  it("is answered: code changed, in this page and since its last load", () => {
    const id = freshId("load");
    const version = (hash: string) => define({ id, hash, name: "load", parts: ["n"] });
    version("c1:a").run([1], () => 1);
    version("c1:b").run([1], () => 1);
    expect(reason()).toEqual({ type: "code", id, before: "c1:a", after: "c1:b" });
    begin(new Map([[id, "c1:b"]]));
    version("c1:c").run([1], () => 1);
    expect(reason()).toEqual({ type: "code", id, before: "c1:b", after: "c1:c" });
  });

  it("is answered: another instance", () => {
    const get = define({
      id: freshId("get"),
      hash: "c1:0",
      name: "get",
      parts: ["n"],
      use: features,
      this: "identity",
    });
    get.of({}).run([1], () => 1);
    get.of({}).run([1], () => 1);
    expect(reason()).toEqual({ type: "arguments", differs: [], isInstance: true });
  });

  it("is answered: gone without an event, where limits in the mark changed", () => {
    const id = freshId("load");
    const version = (maxEntries: number) => define({ id, hash: "c1:0", name: "load", parts: ["n"], maxEntries });
    version(5).run([1], () => 1);
    version(9).run([1], () => 1);
    expect(reason()).toEqual({ type: "gone" });
  });
});

describe("a history", () => {
  it("knows the calls that had entries when it began, and counts hits per call", () => {
    const load = data((n: number) => n, { maxEntries: 1 });
    load(1);
    begin();
    load(1);
    load(1);
    const { id } = cached(load);
    const key = inspect()
      .find((fn) => fn.id === id)
      ?.list()[0]?.key as string;
    expect(history.hitsOf(id, key)).toBe(2);
    load(2);
    load(1);
    expect(reason()).toEqual({ type: "evicted", limit: "maxEntries" });
  });

  it("keeps the newest lines and forgets the oldest calls", () => {
    const load = data((n: number) => n);
    for (let n = 0; n < 1000; n++) load(n);
    expect(history.lines).toHaveLength(200);
    expect(history.lines[0]).toMatchObject({ event: { type: "write" }, parts: [{ name: "a", text: "999" }] });
    cached(load).clear();
    load(0);
    expect(reason()?.type).toBe("arguments");
    load(999);
    expect(reason()).toEqual({ type: "cleared", all: true });
  });
});
