import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { ALL, START_TIMEOUT, Visit } from "./page-support/visit.ts";
import { NARROW, type Scheme, type Visitor, WIDE } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");

let visit: Visit;
let visitor: Visitor;

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofCopy();
  ({ visitor } = visit);
}, START_TIMEOUT);

afterAll(() => visit?.end(), START_TIMEOUT);

describe.runIf(hasChromium)("each page of the playground", () => {
  const looks = [
    { look: "wide, light", size: WIDE, scheme: "light" },
    { look: "narrow, dark", size: NARROW, scheme: "dark" },
  ] satisfies { look: string; size: object; scheme: Scheme }[];

  describe.each(looks)("$look", ({ look, size, scheme }) => {
    beforeAll(async () => {
      await visitor.page.setViewportSize(size);
      await visitor.page.emulateMedia({ colorScheme: scheme });
    });

    it.each(ALL)("%s runs to its end, fits, does not jump and can be used by everybody", async (id) => {
      visitor.problems.length = 0;
      await visitor.open(id);
      await visitor.screenshot(`${id} ${look}`.replaceAll(/[ ,]+/g, "-"));
      expect(visitor.problems).toEqual([]);
      expect(await visitor.page.locator('[role="alert"]').count()).toBe(0);
      expect(await visitor.overhang()).toBe(0);
      expect(await visitor.shifts()).toBeLessThan(0.01);
      expect(await visitor.violations()).toEqual([]);
    });
  });

  it("shows source → output wherever the playground lies", async () => {
    visitor.problems.length = 0;
    await visitor.page.goto("about:blank");
    await visitor.page.goto(`${visitor.url}#/live`);
    await visitor.page.waitForSelector("text=Transformed in", { timeout: 60_000 });
    expect(visitor.problems).toEqual([]);
  });
});
