import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createFileFilter, isOwnScript } from "../../transformer/engine/file-filter.ts";

it("looks into no file of a linked cachet, which speaks of marks and is loaded while a file is looked into", () => {
  const own = ["transformer/engine/engine.ts", "runtime/options/option-table.ts"].map((path) =>
    fileURLToPath(new URL(`../../${path}`, import.meta.url)),
  );
  const accepts = createFileFilter({});
  expect(own.map(isOwnScript)).toEqual([false, false]);
  expect(own.map(accepts)).toEqual([false, false]);
  const beside = fileURLToPath(new URL("../../playground/main.ts", import.meta.url));
  expect([isOwnScript(beside), accepts(beside)]).toEqual([true, true]);
});
