import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspectHandler } from "cachet/inspect/http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import type { Terminal } from "../../cli/terminal.ts";

/** @cacheData */
function load(name: string) {
  return `<${name}>`;
}

const panel = inspectHandler({ guard: (request) => request.headers.get("authorization") === "Bearer key" });
const server = createServer((request, response) =>
  panel.node(request, response, () => void response.end("another page")),
);
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  load("a");
  load("a");
  load("b");
});
afterAll(() => void server.close());

async function top(isInteractive: boolean, ...args: string[]) {
  const lines = { stdout: "", stderr: "" };
  const terminal: Terminal = {
    isInteractive,
    print: (text) => void (lines.stdout += `${text}\n`),
    complain: (text) => void (lines.stderr += `${text}\n`),
    paint: (_style, text) => text,
    paintComplaint: (_style, text) => text,
  };
  return { code: await main(["top", ...args], terminal), ...lines };
}
const KEY = ["--header", "authorization: Bearer key"];

it("shows the caches of a running program, to people, to pipes and to machines", async () => {
  const people = await top(true, "--once", ...KEY, `${origin}/__cachet`);
  expect(people.code).toBe(0);
  expect(people.stdout).toMatch(/^ID +KIND +ENTRIES +HITS +MISSES +SIZE +SAVED\n/);
  expect(people.stdout).toMatch(/top\.test\.ts#load +data +2 +1 +2 +\d+ B +\d+ ms\n/);
  expect(people.stdout).toMatch(/1 function, \d+ ms saved\n$/);
  const pipe = await top(false, ...KEY, `${origin}/__cachet/`);
  expect(pipe.stdout).toMatch(/^[^\t\n]+#load\tdata\t2\t1\t2\t\d+\t\d+\n$/);
  const machine = await top(true, "--json", ...KEY, `${origin}/__cachet`);
  expect(JSON.parse(machine.stdout)).toMatchObject([{ name: "load", entries: 2, list: [{}, {}] }]);
});

it("says what is wrong with the address", async () => {
  expect(await top(false, `${origin}/__cachet`)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/lets nobody in.*\n.*--header/s),
  });
  expect((await top(false, ...KEY, `${origin}/else`)).stderr).toContain(`There is no panel at ${origin}/else/state.`);
  expect((await top(false, "http://127.0.0.1:1/x")).stderr).toMatch(
    /Nobody answers at http:\/\/127\.0\.0\.1:1\/x\/state/,
  );
  expect((await top(false, "--header", "nothing")).stderr).toContain("'nothing' is no header.");
  expect((await top(false, "not an address")).stderr).toContain("'not an address' is no address.");
});
