import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DelaysAnswer } from "../../playground/server/delays.ts";
import { buildPackage } from "../adapters/package.ts";
import type { Running } from "../stores/browser.ts";
import { Copy, startDevServer } from "./page-support/playground.ts";

const MINUTES = 60_000;
let copy: Copy;
let server: Running | undefined;

beforeAll(() => {
  buildPackage();
  copy = new Copy();
}, 3 * MINUTES);

afterAll(async () => {
  await server?.stop();
  copy?.remove();
}, MINUTES);

const start = async () => {
  await server?.stop();
  server = await startDevServer(copy.root, { CACHET_DIR: join(copy.root, ".store") });
};

async function ask(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server?.url}api/${path}`);
  return { status: response.status, body: await response.json() };
}

const askDelays = async () => (await ask("delays/time")).body as DelaysAnswer;

describe("the server part", () => {
  it("finds its results on disk after a restart, and runs again after an edit of a helper or a clear [B189]", {
    timeout: 3 * MINUTES,
  }, async () => {
    await start();
    const first = await askDelays();
    expect(first.from).toBe("run");
    expect(first.delays).toHaveLength(24);
    expect((await askDelays()).from).toBe("memory");

    await start();
    const again = await askDelays();
    expect(again.from).toBe("store");
    expect(again.delays).toEqual(first.delays);

    copy.edit("pages/support/bins.ts", "sum / (counts[bin] ?? 1)", "sum / (counts[bin] ?? 1) + 1");
    await expect
      .poll(async () => (await askDelays()).delays[0]?.mean, { timeout: 30_000 })
      .toBe((first.delays[0]?.mean ?? 0) + 1);
    copy.edit("pages/support/bins.ts", "sum / (counts[bin] ?? 1) + 1", "sum / (counts[bin] ?? 1)");
    await expect.poll(async () => (await askDelays()).delays[0]?.mean, { timeout: 30_000 }).toBe(first.delays[0]?.mean);

    await ask("clear");
    expect((await askDelays()).from).toBe("run");
  });

  it("answers what it does not know with an error", async () => {
    await start();
    expect(await ask("nothing")).toEqual({ status: 404, body: { error: "there is no api/nothing" } });
    expect((await ask("weather/Atlantis/2012-01-04")).status).toBe(404);
    expect((await ask("weather/Seattle/2012-01-04")).body).toMatchObject({ weather: "rain" });
    expect((await ask("delays/__proto__")).status).toBe(404);
  });
});
