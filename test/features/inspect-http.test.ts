import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { cached } from "cachet";
import { inspectHandler, isLocal } from "cachet/inspect/http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

/** @cacheData({ ttl: "1h" }) */
function load(name: string) {
  return `<${name}>`;
}

/** @cacheData({ ttl: "1h", stale: "1h", tags: ["pages", (name) => `page:${name}`] }) */
async function page(name: string) {
  return name;
}

/** @cacheResource */
function connect(name: string) {
  return { name };
}

afterEach(() => {
  void cached(load).clear();
  void cached(connect).clear();
  void cached(page).clear();
});

const panel = inspectHandler({ guard: (request) => request.headers.get("x-user") !== "stranger", base: "/debug" });
const get = async (path: string, headers: Record<string, string> = {}) =>
  (await panel.fetch(new Request(`http://app.test${path}`, { headers }))) as Response;
const functionsIn = async () =>
  (await (await get("/debug/state")).json()) as { id: string; name: string; codeHash: string; list: any[] }[];
const tokenOf = async () => /"token":"([^"]+)"/.exec(await (await get("/debug")).text())?.[1] as string;
const post = async (target: unknown, token: string, action = "clear") =>
  (await panel.fetch(
    new Request(`http://app.test/debug/${action}`, {
      method: "POST",
      headers: { "x-cachet-token": token },
      body: JSON.stringify(target),
    }),
  )) as Response;

describe("inspectHandler() in fetch style", () => {
  it("needs a guard", () => {
    expect(() => inspectHandler({} as never)).toThrow(/expected `guard`/);
  });

  it("answers its own paths only, and nobody whom the guard refuses", async () => {
    expect(await panel.fetch(new Request("http://app.test/debugger"))).toBeUndefined();
    expect(await panel.fetch(new Request("http://app.test/"))).toBeUndefined();
    for (const path of ["/debug", "/debug/state", "/debug/events"])
      expect((await get(path, { "x-user": "stranger" })).status).toBe(403);
    expect((await get("/debug/other")).status).toBe(404);
  });

  it("lists functions with their entries, and never a value", async () => {
    load("secret");
    const fn = (await functionsIn()).find(({ name }) => name === "load");
    expect(fn).toMatchObject({
      id: cached(load).id,
      options: { ttl: 3_600_000 },
      list: [{ parts: [{ name: "name" }] }],
    });
    expect(JSON.stringify(fn)).not.toContain("<secret>");
  });

  it("says null of an entry that never expires", async () => {
    connect("a");
    const fn = (await functionsIn()).find(({ name }) => name === "connect");
    expect(fn?.list[0].remaining).toBeNull();
  });

  it("clears an entry, a function or a kind for who has the token", async () => {
    const token = await tokenOf();
    load("a");
    load("b");
    connect("a");
    const fn = (await functionsIn()).find(({ name }) => name === "load");
    const { id, codeHash, list } = fn as NonNullable<typeof fn>;
    expect((await post({ id, codeHash, key: list[0].key }, "guess")).status).toBe(403);
    expect(cached(load).has("a")).toBe(true);
    expect(await (await post({ id, codeHash, key: list[0].key }, token)).json()).toBe(true);
    expect([cached(load).has("a"), cached(load).has("b")]).toEqual([false, true]);
    await post({ id, codeHash }, token);
    expect(cached(load).has("b")).toBe(false);
    await post({ kind: "resource" }, token);
    expect(cached(connect).has("a")).toBe(false);
    expect((await post({ kind: "everything" }, token)).status).toBe(400);
    expect(await (await post({ id: "gone", codeHash }, token)).json()).toBe(false);
  });

  it("expires and clears by entry, function, tag and kind", async () => {
    const token = await tokenOf();
    const state = async () => (await functionsIn()).find((fn) => fn.name === "page") as any;
    const stale = async () => (await state()).list.filter(({ remaining }: any) => remaining < 0).length;
    for (const name of ["a", "b", "c"]) await page(name);
    const { id, codeHash, list, tags } = await state();
    expect(tags).toEqual({ pages: 3, "page:a": 1, "page:b": 1, "page:c": 1 });
    expect(await (await post({ id, codeHash, key: list[0].key }, token, "expire")).json()).toBe(true);
    expect(await stale()).toBe(1);
    await post({ tag: "page:b" }, token, "expire");
    expect(await stale()).toBe(2);
    await post({ id, codeHash }, token, "expire");
    expect(await stale()).toBe(3);
    await post({ tag: "page:b" }, token);
    expect((await state()).tags).toEqual({ pages: 2, "page:a": 1, "page:c": 1 });
    await page("d");
    await post({ kind: "data" }, token, "expire");
    expect(await stale()).toBe(3);
    await post({ tag: "pages" }, token);
    expect((await state()).list).toEqual([]);
    expect((await post({ tag: "" }, token)).status).toBe(400);
    expect((await post({ tag: "pages" }, "guess", "expire")).status).toBe(403);
    expect((await post({ tag: "pages" }, token, "forget")).status).toBe(405);
  });

  it("tells what runs cost, where that is measured", async () => {
    load("costs");
    const fn = (await functionsIn()).find(({ name }) => name === "load") as any;
    expect(fn.costs).toEqual({ runs: expect.any(Number), computing: expect.any(Number), keeping: expect.any(Number) });
    expect(fn.costs.runs).toBeGreaterThan(0);
  });

  it("tells what hashes cover to who may look, where a build tool knows", async () => {
    const nodes = [{ kind: "function", name: "load", hash: "1", uses: [], source: "function load() {}" }];
    const facts = { covers: async (id: string) => (id === "a" ? nodes : undefined), followEdits: () => () => {} };
    const told = inspectHandler({ guard: (request) => !request.headers.has("x-user"), facts });
    const ask = async (handler: typeof told, path: string, headers = {}) =>
      (await handler.fetch(new Request(`http://app.test${path}`, { headers }))) as Response;
    expect(await (await ask(told, "/__cachet/covers?id=a&hash=c1:1")).json()).toEqual(nodes);
    expect((await ask(told, "/__cachet/covers?id=b&hash=c1:1")).status).toBe(404);
    expect((await ask(told, "/__cachet/covers?id=a&hash=c1:1", { "x-user": "stranger" })).status).toBe(403);
    expect((await get("/debug/covers?id=a&hash=c1:1")).status).toBe(404);
  });
});

describe("inspectHandler() in a Node server", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const local = inspectHandler({ guard: isLocal });
    server = createServer((request, response) =>
      local.node(request, response, () => response.writeHead(418).end("the app")),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("serves the page under a policy without foreign scripts, and leaves the rest to the app", async () => {
    const page = await fetch(`${url}/__cachet`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain('id="panel"');
    expect((await fetch(`${url}/elsewhere`)).status).toBe(418);
  });

  it("takes no other name for this machine than localhost and addresses", async () => {
    const ask = (host: string) => isLocal(new Request("http://localhost", { headers: { host } }), "127.0.0.1");
    const local = ["localhost", "localhost:5173", "app.localhost:80", "127.0.0.1:3000", "192.168.0.7", "[::1]:3000"];
    for (const host of local) expect([host, ask(host)]).toEqual([host, true]);
    const other = ["evil.example:3000", "localhost.evil.example", "evil.example:80@localhost", "1.evil", ""];
    for (const host of other) expect([host, ask(host)]).toEqual([host, false]);
    expect(isLocal(new Request("http://localhost"), "192.168.0.7")).toBe(false);
    // Which `fetch` doesn't let anybody choose.
    const status = await new Promise((resolve) => {
      const headers = { host: "evil.example" };
      request(`${url}/__cachet/state`, { headers }, (answer) => resolve(answer.resume().statusCode)).end();
    });
    expect(status).toBe(403);
  });

  it("streams what happens until the reader leaves", async () => {
    const leaving = new AbortController();
    const response = await fetch(`${url}/__cachet/events`, { signal: leaving.signal });
    const reader = (response.body as ReadableStream).pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? "";
    load("c");
    load("c");
    while (!text.includes('"hit"')) text += (await reader.read()).value ?? "";
    const batch = JSON.parse(/data: (.*)/.exec(text)?.[1] as string);
    expect(batch.map(({ event }: { event: { type: string } }) => event.type)).toEqual(["miss", "write", "hit"]);
    expect(batch[2].call.parts).toEqual([{ name: "name", text: '"c"' }]);
    leaving.abort();
    await expect(reader.read()).rejects.toThrow();
  });

  it("takes a body", async () => {
    const token = /"token":"([^"]+)"/.exec(await (await fetch(`${url}/__cachet`)).text())?.[1] as string;
    load("d");
    const answer = await fetch(`${url}/__cachet/clear`, {
      method: "POST",
      headers: { "x-cachet-token": token },
      body: JSON.stringify({ kind: "data" }),
    });
    expect(await answer.json()).toBe(true);
    expect(cached(load).has("d")).toBe(false);
  });
});
