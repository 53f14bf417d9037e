import { describe, expectTypeOf, it } from "vitest";
import {
  type Cached,
  type CacheEvent,
  type CacheScope,
  cacheData,
  cached,
  cacheScope,
  cacheSignal,
  cacheTag,
  clearTags,
  codec,
  configure,
  dependsOn,
  expireTags,
  type FunctionStats,
  fresh,
  type Observed,
  observed,
  stats,
  warm,
} from "../../runtime/index.ts";
import { inspect, observeCalls } from "../../runtime/inspect.ts";
import { recorded } from "../../runtime/recordings/recorded.ts";

declare function load(url: string, deep?: boolean): Promise<{ id: number }[]>;
declare function pick<T extends object>(items: T[], at: number): T;
declare function over(a: number): number;
declare function over(a: string, b: boolean): string;
declare function words(text: string): AsyncGenerator<string, number>;
declare function page(url: string): Promise<ReadableStream<Uint8Array>>;
declare function bytes(url: string): ReadableStream<Uint8Array>;
declare function none(): void;
declare function rest(a: number, ...more: string[]): void;
declare class Repo {
  find(id: number): string;
}
class Point {
  x = 1;
}

describe("cached()", () => {
  it("takes the arguments of the function", () => {
    expectTypeOf(cached(load).has).toBeCallableWith("a");
    expectTypeOf(cached(load).has).toBeCallableWith("a", true);
    expectTypeOf(cached(load).clear).toBeCallableWith();
    expectTypeOf(cached(load).clear).toBeCallableWith("a");
    expectTypeOf(cached(load).has("a")).toEqualTypeOf<boolean>();
    // @ts-expect-error a number is no url
    cached(load).has(1);
    // @ts-expect-error has() needs the arguments
    cached(load).has();
    // @ts-expect-error too many
    cached(none).clear(1);
    cached(none).has();
    cached(rest).has(1, "a", "b");
  });

  it("types what is read and put by hand", () => {
    expectTypeOf(cached(load).get("a")).toEqualTypeOf<Promise<{ id: number }[] | undefined>>();
    expectTypeOf(cached(Repo.prototype.find).get(1)).toEqualTypeOf<string | undefined>();
    expectTypeOf(cached(load).refresh("a")).toEqualTypeOf<Promise<{ id: number }[]>>();
    cached(load).set(["a", true], [{ id: 1 }]);
    // @ts-expect-error not what load gives
    cached(load).set(["a"], "text");
    expectTypeOf(cached(load).entries()[0]?.value).toEqualTypeOf<{ id: number }[] | undefined>();
    expectTypeOf(observed(() => load("a"))).toEqualTypeOf<Promise<Observed<{ id: number }[]>>>();
    expectTypeOf(observed(() => 1)).toEqualTypeOf<Observed<number>>();
    expectTypeOf(fresh(() => load("a"))).toEqualTypeOf<Promise<{ id: number }[]>>();
    void warm(load, [["a"], ["b", true]]);
    // @ts-expect-error a number is no url
    void warm(load, [[1]]);
  });

  it("types streams that are read and put by hand", async () => {
    expectTypeOf(await cached(words).get("a")).toEqualTypeOf<AsyncGenerator<string, number> | undefined>();
    // @ts-expect-error it may be a promise
    cached(words).get("a")?.next();
    expectTypeOf(cached(page).get("a")).toEqualTypeOf<Promise<ReadableStream<Uint8Array> | undefined>>();
    expectTypeOf(cached(bytes).get("a")).toEqualTypeOf<ReadableStream<Uint8Array> | undefined>();
    expectTypeOf(cached(words).refresh("a")).toEqualTypeOf<AsyncGenerator<string, number>>();
    expectTypeOf(observed(() => words("a")).value).toEqualTypeOf<AsyncGenerator<string, number>>();
    expectTypeOf(cached(words).set(["a"], words("b"))).toEqualTypeOf<void | Promise<void>>();
    // @ts-expect-error an array is no stream
    cached(words).set(["a"], ["b"]);
    // @ts-expect-error a stream of numbers
    cached(bytes).set(["a"], new ReadableStream<number>());
  });

  it("knows overloads", () => {
    cached(over).has(1);
    cached(over).has("a", true);
    // @ts-expect-error no such overload
    cached(over).has(true);
  });

  it("takes generics and methods", () => {
    cached(pick).has([{}], 1);
    const repo = new Repo();
    cached(repo.find, repo).clear(1);
    expectTypeOf(cached(repo.find)).toEqualTypeOf<Cached<(id: number) => string>>();
  });

  it("refuses what is no function", () => {
    // @ts-expect-error not a function
    cached(1);
  });
});

describe("what an entry hangs on", () => {
  it("is typed", () => {
    const request = cacheScope("request");
    expectTypeOf(request).toEqualTypeOf<CacheScope>();
    expectTypeOf(request.run(() => 1)).toEqualTypeOf<number>();
    expectTypeOf(request.run(async () => "a")).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error a scope has a name
    cacheScope();
    // @ts-expect-error a run needs something to call
    request.run();

    expectTypeOf(cacheTag("a", "b")).toEqualTypeOf<void>();
    expectTypeOf(clearTags("a", "b")).toEqualTypeOf<void | Promise<void>>();
    expectTypeOf(expireTags("a")).toEqualTypeOf<void | Promise<void>>();
    // @ts-expect-error a tag is a text
    cacheTag(1);
    // @ts-expect-error tags come one by one
    clearTags(["a"]);

    expectTypeOf(dependsOn("a.csv", new URL("file:///b.csv"))).toEqualTypeOf<void>();
    // @ts-expect-error neither a path nor a URL
    dependsOn(1);
    expectTypeOf(cacheSignal()).toEqualTypeOf<AbortSignal>();
  });
});

describe("calls that are watched or forced", () => {
  it("give what the call gives", () => {
    expectTypeOf(observed(() => load("a")))
      .resolves.toHaveProperty("value")
      .toEqualTypeOf<{ id: number }[]>();
    expectTypeOf(observed(() => 1).status).toEqualTypeOf<"hit" | "stale" | "join" | "miss">();
    expectTypeOf(fresh(() => new Repo().find(1))).toEqualTypeOf<string>();
    expectTypeOf(cached(Repo.prototype.find).refresh(1)).toEqualTypeOf<string>();
    expectTypeOf(cached(load).expire()).toEqualTypeOf<void | Promise<void>>();
    expectTypeOf(cached(load).expire).toBeCallableWith("a", true);
    // @ts-expect-error refresh() needs the arguments
    void cached(load).refresh();
    // @ts-expect-error a number is no url
    void cached(load).expire(1);
    // @ts-expect-error observed() takes a call, not its result
    observed(load("a"));
  });

  it("name those of warm() that failed by their arguments", async () => {
    const { warmed, failed } = await warm(load, new Set([["a"] as [string]]), { concurrency: 2 });
    expectTypeOf(warmed).toBeNumber();
    expectTypeOf(failed[0]!.args).toEqualTypeOf<[url: string, deep?: boolean | undefined]>();
    // @ts-expect-error no such option
    void warm(load, [["a"]], { parallel: 2 });
  });
});

describe("the rest of the surface", () => {
  it("is typed", () => {
    expectTypeOf(stats()).toEqualTypeOf<FunctionStats[]>();
    expectTypeOf(cacheData.clear()).toEqualTypeOf<void | Promise<void>>();
    configure({
      codecs: [codec(Point, { encode: (p) => p.x, decode: (x: number) => Object.assign(new Point(), { x }) })],
    });
    // @ts-expect-error decode must take what encode gives
    codec(Point, { encode: (p) => p.x, decode: (_x: string) => new Point() });
    // @ts-expect-error unknown option
    configure({ maxByte: 1 });
  });
});

describe("cachet/recorded", () => {
  it("takes what a test file knows of itself", () => {
    expectTypeOf(recorded).returns.toEqualTypeOf<void>();
    expectTypeOf(recorded).toBeCallableWith(import.meta);
    expectTypeOf(recorded).toBeCallableWith("/app/a.test.ts");
    expectTypeOf(recorded).toBeCallableWith(new URL("file:///app/a.test.ts"), { dir: "recordings" });
    // @ts-expect-error no file
    recorded();
    // @ts-expect-error no such option
    recorded(import.meta, { folder: "recordings" });
  });
});

describe("cachet/inspect", () => {
  it("lists functions and entries, and tells calls by key", () => {
    expectTypeOf(inspect).returns.items.toExtend<FunctionStats>();
    expectTypeOf(inspect()[0]!.list()[0]!.parts[0]!.text).toBeString();
    expectTypeOf(inspect()[0]!.list()[0]!.age).toBeNumber();
    expectTypeOf(observeCalls).returns.toEqualTypeOf<() => void>();
    observeCalls((event, call) => {
      expectTypeOf(event).toEqualTypeOf<CacheEvent>();
      expectTypeOf(call?.key).toEqualTypeOf<string | undefined>();
    });
  });
});
