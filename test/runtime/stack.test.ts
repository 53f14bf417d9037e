import { describe, expect, it } from "vitest";
import { data, dataAsync } from "./emitted.ts";

const framesOf = (error: unknown) =>
  String((error as Error).stack)
    .split("\n")
    .slice(1)
    .filter((line) => line.includes("stack.test.ts"));

describe("the stack of what a body throws", () => {
  it("shows who called a function, within the ten frames that Node shows by default", () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 10;
    try {
      const f = data(function load() {
        throw new Error("here");
      });
      const caller = () => f();
      const callerOfCaller = () => caller();
      expect(callerOfCaller).toThrow("here");
      try {
        callerOfCaller();
      } catch (error) {
        const frames = framesOf(error);
        expect(frames[0]).toContain("load");
        expect(frames.join("\n")).toContain("callerOfCaller");
      }
    } finally {
      Error.stackTraceLimit = before;
    }
  });

  it("shows who awaits an async function", async () => {
    const f = dataAsync(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error("here");
    });
    const caller = async () => {
      const value = await f();
      return value;
    };
    const error = await caller().catch((thrown: unknown) => thrown);
    expect(framesOf(error).join("\n")).toContain("caller");
  });
});
