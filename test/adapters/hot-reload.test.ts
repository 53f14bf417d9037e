import { join } from "node:path";
import { createServer, createServerModuleRunner, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { configOf } from "./dev-server.ts";
import { buildPackage } from "./package.ts";
import { createProject, type Project } from "./project.ts";

const HELPER = "export const scale = (n: number) => n * 10;\nexport const offset = 1;\n";
const DATA = `
import { scale, offset } from "./helper.ts";
const log: string[] = ((globalThis as any).hotLog ??= []);
/** @cacheData */
export function scaled(n: number) { log.push("scaled"); return scale(n); }
/** @cacheData */
export function shifted(n: number) { log.push("shifted"); return n + offset; }
/** @cacheResource({ onRelease: (c) => log.push("released " + c.name) }) */
export function connection(name: string) { log.push("connect"); return { name, at: scale(1) }; }
/** @cacheResource({ onRelease: (c) => log.push("released " + c.name) }) */
export function steady(name: string) { log.push("steady"); return { name }; }
import.meta.hot?.accept();
`;

interface Data {
  scaled(n: number): number;
  shifted(n: number): number;
  connection(name: string): { name: string; at: number };
  steady(name: string): { name: string };
}

let project: Project;
let server: ViteDevServer;
let runner: ReturnType<typeof createServerModuleRunner>;
const log = (): string[] => ((globalThis as { hotLog?: string[] }).hotLog ??= []);
const load = () => runner.import("/data.ts") as Promise<Data>;

async function edit(file: string, text: string): Promise<void> {
  project.write({ [file]: text });
  const changed = new Promise<void>((resolve) => {
    server.watcher.once("change", () => resolve());
  });
  server.watcher.emit("change", join(project.root, file));
  await changed;
}

/** Waits until the module as it is now answers as expected: an update arrives when the watcher has seen it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await holds()); tries++) await new Promise((resolve) => setTimeout(resolve, 25));
}

beforeAll(async () => {
  // Under a test runner a module that is evaluated again starts cold: this is to be a dev server, not a test's world.
  vi.stubEnv("VITEST", "");
  buildPackage();
  const files = { "package.json": '{ "name": "hot", "type": "module" }', "helper.ts": HELPER, "data.ts": DATA };
  project = createProject(files);
  server = await createServer({
    ...configOf(project.root),
    server: { middlewareMode: true, ws: false },
    appType: "custom",
  });
  runner = createServerModuleRunner(server.environments.ssr, { hmr: { logger: false } });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await runner?.close();
  await server?.close();
  project?.remove();
});

describe("an accepted update on the server", () => {
  it("drops exactly what reaches the edited helper, and releases its resources", async () => {
    const before = await load();
    expect([before.scaled(2), before.shifted(2)]).toEqual([20, 3]);
    const steady = before.steady("pool");
    before.connection("db");
    log().length = 0;

    await edit("helper.ts", HELPER.replace("n * 10", "n * 100"));
    await until(async () => (await load()).scaled(2) === 200);
    const after = await load();
    expect([after.scaled(2), after.shifted(2)]).toEqual([200, 3]);
    expect(after.steady("pool")).toBe(steady);
    expect(after.connection("db").at).toBe(100);
    expect(log()).toEqual(["released db", "scaled", "connect"]);
  });

  it("keeps everything on a reformat, also of the marked file", async () => {
    const before = await load();
    const steady = before.steady("pool");
    const connection = before.connection("db");
    log().length = 0;
    const marker = "// a comment\n";
    await edit("data.ts", marker + DATA.replaceAll("; return", ";\n  return"));
    await until(async () => (await load()) !== before);
    const after = await load();
    expect(after).not.toBe(before);
    expect([after.scaled(2), after.shifted(2)]).toEqual([200, 3]);
    expect(after.steady("pool")).toBe(steady);
    expect(after.connection("db")).toBe(connection);
    expect(log()).toEqual([]);
  });
});
