import { expect, it } from "vitest";
import { sections } from "./behaviours.ts";

const all = sections.flatMap(({ behaviours }) => Object.entries(behaviours));

it("lists B1 to B330, each once", () => {
  const numbers = all.map(([id]) => Number(id.slice(1))).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 330 }, (_, i) => i + 1));
});

it("says each in a sentence, and where cachet does not follow, gives one reason", () => {
  for (const [id, { summary, differs, doesNotApply }] of all) {
    expect(summary, id).toMatch(/^[A-Z`0].*\.$/);
    expect(differs !== undefined && doesNotApply !== undefined, id).toBe(false);
    for (const reason of [differs, doesNotApply]) if (reason !== undefined) expect(reason, id).toMatch(/^.+\.$/);
  }
});

it("gives reasons that are facts, not plans", () => {
  for (const [id, { differs, doesNotApply }] of all) {
    expect(`${differs ?? ""}${doesNotApply ?? ""}`, id).not.toMatch(/not yet|todo|later version|will be/i);
  }
});
