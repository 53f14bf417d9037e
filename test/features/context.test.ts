import { AsyncLocalStorage } from "node:async_hooks";
import { cached, configure } from "cachet";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { DIAGNOSTICS } from "../../transformer/diagnostics.ts";
import { compileAst, compileText, transformText } from "../transformer/harness.ts";
import { linkFunction } from "../transformer/link-project.ts";

interface Visitor {
  user: string;
  locale: string;
}
const request = new AsyncLocalStorage<Visitor>();
const currentUser = () => request.getStore()?.user;
const runs: unknown[] = []; // cachet-allow-mutable

/** @cacheData({ context: [currentUser] }) */
async function orders(page: number) {
  runs.push(page);
  const user = currentUser();
  await Promise.resolve();
  return `${user} ${page} ${currentUser()}`;
}

/** @cacheData({ context: [currentUser, () => request.getStore()?.locale], persist: "context" }) */
async function greeting() {
  runs.push("greeting");
  const store = request.getStore(); // cachet-allow-impure: both are in the context
  return `${store?.user} ${store?.locale}`;
}

class Account {
  /** @cacheResource({ context: [currentUser] }) */
  open(id: number) {
    runs.push(id);
    return { id, user: currentUser(), account: this };
  }
}

/** @cacheData({ context: [currentUser, function fails() { throw new Error("no request"); }] }) */
function failing(x: number) {
  return x;
}

/** @cacheData({ context: [function later() { return Promise.resolve(1); }] }) */
function awaiting(x: number) {
  return x;
}

/** @cacheData({ context: [() => ({ jar: Symbol("cookie") })] }) */
function unhashable(x: number) {
  return x;
}

/** @cacheData({ context: [currentUser], key: (x) => x % 2 }) */
function parity(x: number) {
  runs.push(x);
  return `${currentUser()} ${x % 2}`;
}

const as = <T>(user: string, call: () => T, locale = "en"): T => request.run({ user, locale }, call);

beforeEach(() => {
  configure({ stores: { context: new MemoryStore() } });
  for (const fn of [orders, greeting, parity]) void cached(fn as (x: never) => unknown).clear();
  runs.length = 0;
});

describe("the option context", () => {
  it("keeps 1,000 interleaved requests of different users apart", async () => {
    const users = Array.from({ length: 1000 }, (_, i) => `user ${i % 100}`);
    const answers = users.map((user, i) =>
      as(user, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        const first = await orders(i % 3);
        await Promise.resolve();
        return [first, await orders(i % 3), await greeting()];
      }),
    );
    expect(await Promise.all(answers)).toEqual(
      users.map((user, i) => [`${user} ${i % 3} ${user}`, `${user} ${i % 3} ${user}`, `${user} en`]),
    );
    expect(runs.filter((run) => run !== "greeting")).toHaveLength(300);
    expect(runs.filter((run) => run === "greeting")).toHaveLength(100);
  });

  it("counts every function of it, and calls outside of all requests", async () => {
    await as("ann", greeting, "en");
    await as("ann", greeting, "fr");
    await as("ann", greeting, "en");
    expect(await greeting()).toBe("undefined undefined");
    expect(runs).toHaveLength(3);
  });

  it("joins the key beside instance and key function", () => {
    const [one, two] = [new Account(), new Account()];
    const open = (account: Account, user: string) => as(user, () => account.open(1));
    expect(open(one, "ann")).toBe(open(one, "ann"));
    expect(open(one, "ann")).not.toBe(open(two, "ann"));
    expect(open(one, "ann")).not.toBe(open(one, "bob"));
    expect([1, 3, 2].map((x) => as("ann", () => parity(x)))).toEqual(["ann 1", "ann 1", "ann 0"]);
    expect(as("bob", () => parity(1))).toBe("bob 1");
  });

  it("is what everything by hand goes by, in memory and stores", async () => {
    await as("ann", () => orders(1));
    expect(as("ann", () => cached(orders).has(1))).toBe(true);
    expect(as("bob", () => cached(orders).has(1))).toBe(false);
    expect(await as("bob", () => cached(orders).get(1))).toBeUndefined();
    await as("bob", () => cached(orders).set([1], "set"));
    expect(await as("bob", () => orders(1))).toBe("set");
    expect(await as("ann", () => orders(1))).toBe("ann 1 ann");
    await as("ann", () => cached(orders).clear(1));
    expect(as("bob", () => cached(orders).has(1))).toBe(true);
    expect(as("ann", () => cached(orders).has(1))).toBe(false);
  });

  it("names function and place where one of it throws, gives a promise or nothing to hash", () => {
    expect(() => failing(1)).toThrow(/^failing\(\): its `context\[1\]: fails` threw: no request$/);
    expect(() => awaiting(1)).toThrow(/^awaiting\(\): its `context\[0\]: later` gave a promise/);
    expect(() => unhashable(1)).toThrow(/unhashable\(\): what is given by `context\(\)\[0\]\.jar` is a symbol/);
  });

  it.each([
    "[]",
    "[5]",
    "['user']",
    "'user'",
    "() => 1",
    "[async () => 1]",
    "[currentUser, 5]",
    "{ a: currentUser }",
    "async () => 1",
  ])("refuses %s at build", (value) => {
    const source = `const currentUser = () => 1;\n/** @cacheData({ context: ${value} }) */ export function f(x: number) { return x }`;
    const errors = transformText(source).diagnostics;
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set([DIAGNOSTICS.invalidOption.code]));
  });

  it("is written the same by both emitters", () => {
    const source = "const u = () => 1;\n/** @cacheData({ context: [u] }) */ export const f = (x: number) => x";
    for (const code of [compileText(source), compileAst(source)])
      expect(code).toMatch(/\[x, __cachet\.contextOf\(__cachet\$0\(\)\)\]/);
  });

  it("belongs to the code hash", () => {
    const hashOf = (helper: string) =>
      transformText(`const u = () => ${helper};\n/** @cacheData({ context: [u] }) */ export const f = (x: number) => x`)
        .functions[0]?.hash;
    expect(hashOf("1")).not.toBe(hashOf("2"));
  });
});

describe("the warning about what is read from outside", () => {
  const ALS = "import { AsyncLocalStorage } from 'node:async_hooks'; const als = new AsyncLocalStorage();";
  const USER = "const user = () => als.getStore();";

  it.each<[title: string, source: string, options: string, found: number]>([
    ["stays without a context", `${ALS} ${USER}`, "", 1],
    ["is not given for what a function of the context reads", `${ALS} ${USER}`, "context: [user]", 0],
    ["is not given for what it reaches", `${ALS} ${USER} const all = () => [user()];`, "context: [all]", 0],
    ["is not given for what an inline function reaches", `${ALS} ${USER}`, "context: [() => user()]", 0],
    ["is not given for what the key function reads", `${ALS} ${USER}`, "key: () => user()", 0],
    [
      "is not given for a variable that the context reads",
      "let current = 1; export const set = () => { current = 2 }; const user = () => current;",
      "context: [user]",
      0,
    ],
    ["stays for what another option reads", `${ALS} ${USER}`, "validate: () => user()", 1],
    ["stays for another read", `${ALS} ${USER} const other = () => 1;`, "context: [other]", 1],
  ])("%s", (_title, source, options, found) => {
    const { diagnostics } = transformText(
      `${source} /** @cacheData({ ${options} }) */ export const f = (x) => user() + x;`,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(found).fill(expect.stringMatching(/CACHET300[13]/)));
  });

  it("tells of the way out", () => {
    const { diagnostics } = transformText(`${ALS} ${USER} /** @cacheData */ export const f = () => user();`);
    expect(diagnostics[0]?.fix).toMatch(/option `context`/);
  });

  it("stays for code that can't be followed", () => {
    const files = { "main.ts": "const user = () => eval('1'); export function load() { return user() }" };
    expect(linkFunction({ files }, "main.ts", "load").warnings).toHaveLength(1);
  });
});
