import { beforeAll, describe, expect, it } from "vitest";
import { describeResult, examples, play } from "../../playground/examples/index.ts";
import { buildPackage } from "../adapters/package.ts";
import { type PlayedExample, playCompiled, runNode } from "./compiled.ts";

const MINUTES = 60_000;
let compiled: PlayedExample[];

beforeAll(async () => {
  buildPackage();
  const said = await runNode("node_modules/ts-patch/bin/tspc.js", "-p", "playground/tsconfig.json");
  expect(said).toEqual({ stdout: "", stderr: "" });
  compiled = await playCompiled();
}, 5 * MINUTES);

describe("the examples, compiled by the tsconfig plugin and run by Node", () => {
  it("are all there", () => {
    expect(compiled.map(({ file }) => file)).toEqual(examples.map(({ file }) => file));
  });

  it.each(examples)(
    "$file takes the same steps as through the Vite plugin",
    { timeout: 2 * MINUTES },
    async (example) => {
      const steps = (await play(example)).map(({ call, runs, result }) => ({
        call,
        runs,
        result: describeResult(result),
      }));
      expect(compiled.find(({ file }) => file === example.file)?.steps).toEqual(steps);
    },
  );
});
