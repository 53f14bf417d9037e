import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cached, configure, UnhashableArgumentError, UnstorableValueError } from "../../runtime/index.ts";
import { temporaryDirectory } from "../stores/bundle.ts";
import { data } from "./emitted.ts";

const base = temporaryDirectory("messages");
const server = createServer((request, response) => {
  if (request.url === "/moved") response.writeHead(302, { location: "/there" }).end();
  else
    response.writeHead(203, "Partly", { "x-path": request.url, "set-cookie": ["a=1", "b=2"] }).end(`at ${request.url}`);
});
let address: string;
beforeAll(async () => {
  configure({ disk: { dir: base.path } });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  base.remove();
});

const options = { parts: ["path"], async: true, uses: "fetch" } as const;

describe("a Response of an async function", () => {
  it("is one of their own for all callers, with a body to read and all that fetching says of it", async () => {
    const body = vi.fn(async (path: string) => await fetch(address + path));
    const load = data(body, options);
    for (let i = 0; i < 3; i++) {
      const response = await load("/moved");
      expect(response).toBeInstanceOf(Response);
      expect([response.status, response.statusText, response.ok, response.headers.get("x-path")]).toEqual([
        203,
        "Partly",
        true,
        "/there",
      ]);
      expect([response.url, response.redirected, response.type, response.bodyUsed]).toEqual([
        `${address}/there`,
        true,
        "basic",
        false,
      ]);
      expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
      expect([await response.clone().text(), response.clone().url]).toEqual(["at /there", `${address}/there`]);
      expect(await response.text()).toBe("at /there");
      expect(response.bodyUsed).toBe(true);
    }
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("may stand anywhere in the result, and outlives the process with the store", async () => {
    const body = vi.fn(async (path: string) => ({
      all: [await fetch(address + path), await fetch(`${address}/b`)],
      at: new Date(0),
    }));
    const persisted = { ...options, persist: true, id: "test/messages.ts#load", hash: "c1:1" };
    const texts = async (load: typeof body) => Promise.all((await load("/a")).all.map((each) => each.text()));
    expect(await texts(data(body, persisted))).toEqual(["at /a", "at /b"]);
    data(body, { ...persisted, id: "test/messages.ts#other" });
    expect(await texts(data(body, persisted))).toEqual(["at /a", "at /b"]);
    const again = data(body, { ...persisted, name: "again" });
    expect(await texts(again)).toEqual(["at /a", "at /b"]);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it.each<[string, () => Response, (response: Response) => unknown, unknown]>([
    ["without a body", () => new Response(null, { status: 204 }), (r) => [r.status, r.body], [204, null]],
    ["with an empty body", () => new Response(""), (r) => r.status, 200],
    [
      "that sends elsewhere",
      () => Response.redirect("http://a.b/c", 307),
      (r) => [r.status, r.headers.get("location")],
      [307, "http://a.b/c"],
    ],
    ["of an error", () => Response.error(), (r) => [r.type, r.status, r.ok], ["error", 0, false]],
    ["of JSON", () => Response.json({ a: 1 }), (r) => r.headers.get("content-type"), "application/json"],
  ])("%s comes back", async (_name, make, read, expected) => {
    const load = data(async () => make(), { parts: [], async: true, uses: "fetch" });
    expect(read(await load())).toEqual(expected);
    expect(read(await load())).toEqual(expected);
  });

  it("whose body was read before is refused with the way out", async () => {
    const load = data(
      async () => {
        const response = await fetch(`${address}/a`);
        await response.text();
        return { response };
      },
      { parts: [], async: true, name: "load", uses: "fetch" },
    );
    await expect(load()).rejects.toThrow(UnstorableValueError);
    await expect(load()).rejects.toThrow(/load\(\): `result\.response` is a Response.*bodyUsed.*clone\(\)/);
  });

  it("whose body fails rejects, and the next call runs again", async () => {
    let fails = true;
    const body = vi.fn(
      async () =>
        new Response(new ReadableStream({ pull: (it) => (fails ? it.error(new Error("cut off")) : it.close()) })),
    );
    const load = data(body, { parts: [], async: true, uses: "fetch" });
    await expect(load()).rejects.toThrow("cut off");
    fails = false;
    expect(await (await load()).text()).toBe("");
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("of a function that is not async, or set by hand, is refused with the way out", () => {
    const load = data(() => new Response("a"), { parts: [], name: "load", uses: "fetch" });
    expect(load).toThrow(/load\(\): `result` is a Response.*later.*async/);
    const later = data(async () => new Response("a"), { parts: [], async: true, uses: "fetch" });
    expect(() => cached(later).set([], new Response("b"))).toThrow(/Response.*later/);
  });
});

describe("a Request", () => {
  it("of an async function is one of their own for all callers", async () => {
    const make = data(
      async () =>
        new Request("http://a.b/c", {
          method: "POST",
          headers: { "x-a": "1" },
          body: "text",
          redirect: "manual",
          cache: "no-store",
        }),
      { parts: [], async: true, uses: "fetch" },
    );
    for (let i = 0; i < 2; i++) {
      const request = await make();
      expect([request.url, request.method, request.headers.get("x-a"), request.redirect, request.cache]).toEqual([
        "http://a.b/c",
        "POST",
        "1",
        "manual",
        "no-store",
      ]);
      expect(await request.text()).toBe("text");
    }
  });

  it.each([new Request("http://a.b"), new Response("a")])(
    "and a Response are no arguments, and the error says what to pass: %s",
    (message) => {
      const f = data((x: unknown) => typeof x, { parts: ["x"], name: "f" });
      expect(() => f({ message })).toThrow(UnhashableArgumentError);
      expect(() => f({ message })).toThrow(
        /f\(\): the argument `x\.message` is a Re(quest|sponse).*later.*url.*hashFuncs/,
      );
    },
  );
});
