import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { ALL, START_TIMEOUT, Visit } from "./page-support/visit.ts";
import type { Visitor } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");

let visit: Visit;
let visitor: Visitor;

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofSite("/some/where/else/");
  ({ visitor } = visit);
}, START_TIMEOUT);

afterAll(() => visit?.end(), START_TIMEOUT);

describe.runIf(hasChromium)("the built site, on a plain file server, in a folder of it", () => {
  it.each(ALL)("%s runs to its end without a complaint", async (id) => {
    visitor.problems.length = 0;
    await visitor.open(id);
    expect(visitor.problems).toEqual([]);
    expect(await visitor.page.locator('[role="alert"]').count()).toBe(0);
  });

  it("says where an answer is a recorded one", async () => {
    await visitor.open("server");
    expect(await visitor.page.locator(".note").textContent()).toContain("npm run playground");
    expect(await visitor.page.locator(".chart canvas").count()).toBe(1);
  });

  it("finds what it has persisted after a reload [B189]", async () => {
    await visitor.open("weather");
    await visitor.page.reload();
    await visitor.settled();
    expect(await visitor.status()).toContain("1 hit, 1 miss");
  });

  it("says what to do where there is no such page", async () => {
    await visitor.page.goto(`${visit.url}#/nowhere`);
    await visitor.page.waitForSelector("text=There is no page");
    await visitor.page.getByRole("link", { name: "Go to the start" }).click();
    await visitor.settled();
    expect(await visitor.page.locator("h1").textContent()).toBe("A comment makes a function cached");
  });
});
