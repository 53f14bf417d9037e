import { expect, it } from "vitest";
import { costsTooMuch } from "../../playground/inspector/costs.ts";

it("a mark costs too much where keeping took longer than computing, and than hits have saved, over enough runs", () => {
  const costs = { runs: 20, computing: 10, keeping: 30 };
  expect(costsTooMuch({ costs, timeSaved: 29 })).toBe(true);
  expect(costsTooMuch({ costs, timeSaved: 30 })).toBe(false);
  expect(costsTooMuch({ costs: { ...costs, computing: 30 }, timeSaved: 0 })).toBe(false);
  expect(costsTooMuch({ costs: { ...costs, runs: 19 }, timeSaved: 0 })).toBe(false);
  expect(costsTooMuch({ costs: undefined, timeSaved: 0 })).toBe(false);
});
