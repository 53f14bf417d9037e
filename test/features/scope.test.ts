import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { cached, cacheScope, configure, NoScopeError, stats, warm } from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createContext } from "../../runtime/platform/browser.ts";
import { DIAGNOSTICS } from "../../transformer/diagnostics.ts";
import { compileAst, compileText, transformText } from "../transformer/harness.ts";
import { ownerOf } from "./owner-of.ts";

const request = cacheScope("request");
const job = cacheScope("job");
const runs: unknown[] = []; // cachet-allow-mutable
const released: unknown[] = []; // cachet-allow-mutable

/** @cacheData({ scope: request }) */
async function profile(user: string) {
  runs.push(user);
  await Promise.resolve();
  return { user };
}

/** @cacheData({ scope: request }) */
function settings(user: string) {
  runs.push(user);
  return { user };
}

/** @cacheResource({ scope: request, onRelease: (client) => { released.push(client.name); } }) */
function client(name: string) {
  runs.push(name);
  return { name, big: new Uint8Array(1000) };
}

/** @cacheData({ scope: job }) */
function step(x: number) {
  runs.push(x);
  return x;
}

class Repo {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }

  /** @cacheData({ scope: request }) */
  find(id: number) {
    runs.push(id);
    return `${this.name} ${id}`;
  }

  /** @cacheData({ scope: request, this: "ignore" }) */
  shared(id: number) {
    runs.push(id);
    return `${this.name} ${id}`;
  }
}

/** @cacheData({ scope: String("request") as never }) */
function misspelt(x: number) {
  return x;
}

/** @cacheData */
function keeper(user: string) {
  return settings(user).user;
}

/** @cacheData({ scope: request }) */
function companion(user: string) {
  return settings(user).user;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  runs.length = released.length = 0;
});
afterEach(() => {
  configure({ onWarning: (message) => console.warn(message), enabled: true });
});

describe("the option scope", () => {
  it("keeps entries within one run, each with its own", async () => {
    const answer = () => request.run(async () => [await profile("ann"), await profile("ann"), settings("ann")]);
    expect(await answer()).toEqual([{ user: "ann" }, { user: "ann" }, { user: "ann" }]);
    expect(runs).toEqual(["ann", "ann"]);
    await answer();
    expect(runs).toHaveLength(4);
    expect(request.run(() => [settings("x"), settings("x")])).toHaveLength(2);
    expect(runs).toHaveLength(5);
  });

  it("throws outside of a run, and after its end", async () => {
    expect(() => settings("ann")).toThrow(NoScopeError);
    expect(() => settings("ann")).toThrow(
      /^settings\(\) was called outside of the scope "request"\. Call it within its run/,
    );
    await expect(profile("ann")).rejects.toThrow(NoScopeError);
    let late: Promise<unknown> | undefined;
    request.run(() => {
      late = turn().then(() => settings("ann"));
    });
    await expect(late).rejects.toThrow(/after the run of the scope "request" .* had ended/);
    expect(() => job.run(() => settings("ann"))).toThrow(NoScopeError);
    expect(() => cached(settings).get("ann")).toThrow(NoScopeError);
    expect(runs).toEqual([]);
  });

  it("keeps 1,000 interleaved runs apart and leaves nothing behind", async () => {
    const seen = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        request.run(async () => {
          await turn();
          const first = client(`client ${i}`);
          await turn();
          const second = client(`client ${i}`);
          return first === second && (await profile("same")).user;
        }),
      ),
    );
    expect(new Set(seen)).toEqual(new Set(["same"]));
    expect(runs).toHaveLength(2000);
    expect(new Set(released).size).toBe(1000);
    expect([ownerOf(client), ownerOf(profile)].map(({ figures }) => figures.entries)).toEqual([0, 0]);
    expect(ownerOf(profile).figures.bytes).toBe(0);
  });

  it("releases resources when the run ends: by return, by settling, by error", async () => {
    request.run(() => client("a"));
    expect(released).toEqual(["a"]);
    expect(() =>
      request.run(() => {
        client("b");
        throw new Error("failed");
      }),
    ).toThrow("failed");
    const pending = request.run(async () => {
      client("c");
      await turn();
      client("d");
      throw new Error("later");
    });
    expect(released).toEqual(["a", "b"]);
    await expect(pending).rejects.toThrow("later");
    expect(released).toEqual(["a", "b", "c", "d"]);
  });

  it("gives a run within a run entries of its own, and leaves the outer ones alone", () => {
    request.run(() => {
      const outer = client("x");
      request.run(() => expect(client("x")).not.toBe(outer));
      expect(released).toEqual(["x"]);
      expect(client("x")).toBe(outer);
      job.run(() => {
        expect(client("x")).toBe(outer);
        expect([step(1), step(1)]).toEqual([1, 1]);
      });
    });
    expect(runs).toEqual(["x", "x", 1]);
  });

  it("goes beside instances", () => {
    const [one, two] = [new Repo("one"), new Repo("two")];
    request.run(() => {
      expect([one.find(1), two.find(1), one.find(1)]).toEqual(["one 1", "two 1", "one 1"]);
      expect(runs).toHaveLength(2);
      expect([one.shared(5), two.shared(5)]).toEqual(["one 5", "one 5"]);
      expect(cached(one.find, one).has(1)).toBe(true);
      void cached(one.find, one).clear(1);
      expect(cached(one.find, one).has(1)).toBe(false);
      expect(cached(one.find, two).has(1)).toBe(true);
      expect(cached(one.find).has(1)).toBe(true);
    });
    request.run(() => expect(cached(one.find).has(1)).toBe(false));
  });

  it("is what everything by hand goes by", async () => {
    await request.run(async () => {
      expect(cached(settings).get("ann")).toBeUndefined();
      void cached(settings).set(["ann"], { user: "set" });
      expect(settings("ann")).toEqual({ user: "set" });
      await warm(profile, [["bob"]]);
      expect(cached(profile).has("bob")).toBe(true);
      request.run(() => expect(cached(settings).has("ann")).toBe(false));
      void cached(settings).clear("ann");
      expect(cached(settings).has("ann")).toBe(false);
      settings("ann");
      void cached(settings).clear();
      expect(cached(settings).has("ann")).toBe(false);
    });
    expect(stats().find(({ name }) => name === "settings")?.entries).toBe(0);
  });

  it("frees what it held", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const kept = await request.run(async () => {
      await turn();
      return new WeakRef(client("weak"));
    });
    await turn();
    collect();
    expect(kept.deref()).toBeUndefined();
  });

  it("warns once of a function that lives longer than what it was given", () => {
    const onWarning = vi.fn();
    configure({ onWarning });
    request.run(() => [keeper("a"), keeper("b"), companion("c")]);
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/keeper\(\) keeps what settings\(\) gave it, .*"request": give keeper that scope too/)],
    ]);
  });

  it("needs no run while caching is off", () => {
    configure({ enabled: false });
    expect(settings("ann")).toEqual({ user: "ann" });
  });

  it("takes nothing but what cacheScope has made", () => {
    expect(() => misspelt(1)).toThrow(
      /misspelt\(\): invalid `scope`: expected a scope that `cacheScope\(name\)` has made, got `"request"`/,
    );
    expect(() => cacheScope("")).toThrow(/expected a name/);
    expect(() => cacheScope(5 as never)).toThrow(/expected a name/);
  });

  it.each([
    ["'global'", DIAGNOSTICS.invalidOption.code],
    ["{}", DIAGNOSTICS.invalidOption.code],
    ["s, persist: true", DIAGNOSTICS.persistInScope.code],
    ["s, persist: where", DIAGNOSTICS.persistInScope.code],
  ])("refuses scope: %s at build", (value, code) => {
    const source = `import { cacheScope } from "cachet"; const where = "disk" as string; const s = cacheScope("s");`;
    const { diagnostics } = transformText(
      `${source}\n/** @cacheData({ scope: ${value} }) */ export function f(x: number) { return x }`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error").map((each) => each.code)).toEqual([code]);
  });

  it("is written the same by both emitters, and functions without it know nothing of it", () => {
    const of = (options: string) =>
      `const s = {};\nexport class A { n = 1;\n/** @cacheData${options} */ m(x: number) { return x + this.n } }`;
    for (const emit of [compileText, compileAst]) {
      expect(emit(of("({ scope: s })"))).toMatch(/\.of\(__cachet\.scoped\(__cachet\$0\(\), this\)\)\.get1\(x\)/);
      expect(emit(of(""))).not.toMatch(/scope/);
    }
  });

  it("holds in pages until the first await, where a context is carried no further", async () => {
    const context = createContext<number>();
    const seen: unknown[] = [];
    const work = context.run(1, async () => {
      seen.push(context.get());
      await Promise.resolve();
      seen.push(context.get());
    });
    await work;
    expect(seen).toEqual([1, undefined]);
  });
});
