import { describe, expect, it } from "vitest";
import { transformText } from "../transformer/harness.ts";
import { PARAMETERS, type Parameter, SIGNATURES } from "./signature.ts";

const codesFor = (kind: "data" | "resource", { options = "" }: Parameter): string[] => {
  const tag = kind === "data" ? "cacheData" : "cacheResource";
  const source = `import { cacheScope } from "cachet";
const session = cacheScope("session");
/** @${tag}${options && `(${options})`} */
export async function load(id: number) { return { id, isOpen: true, close() {} }; }`;
  return transformText(source).diagnostics.map(({ code, message }) => `${code} ${message}`);
};

describe("Streamlit's newest signatures", () => {
  it.each(["data", "resource"] as const)("have each parameter of cache_%s mapped, in their order", (kind) => {
    const signature = SIGNATURES[kind === "data" ? 0 : 1] as string;
    const inIt = /\((.*)\)/
      .exec(signature)?.[1]
      ?.split(", ")
      .filter((name) => name !== "*");
    const mapped = PARAMETERS.filter(({ of }) => of === "both" || of === kind).map(({ parameter }) => parameter);
    expect(mapped).toEqual(inIt?.map((name) => name.replace("func=None", "func")));
  });

  const marks = PARAMETERS.flatMap((parameter) =>
    (["data", "resource"] as const)
      .filter((kind) => parameter.of === "both" || parameter.of === kind)
      .map((kind) => ({ kind, parameter, name: parameter.parameter })),
  );
  it.each(marks)("$name: a mark for $kind takes what stands for it", ({ kind, parameter }) => {
    expect(codesFor(kind, parameter)).toEqual([]);
  });

  it("refuse on the other kind what only one takes, but for `validate`", () => {
    const refused = PARAMETERS.filter(({ of }) => of !== "both").map((parameter) => [
      parameter.parameter,
      codesFor(parameter.of === "data" ? "resource" : "data", parameter).map((text) => text.slice(0, 10)),
    ]);
    expect(refused).toEqual([
      ["max_size", ["CACHET1010"]],
      ["persist", ["CACHET1010"]],
      ["validate", []],
      ["on_release=None", ["CACHET1010"]],
    ]);
  });
});
