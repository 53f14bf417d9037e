import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { type Files, linkFunction } from "./link-project.ts";

/** Modules of one function each, which calls those that `callsOf` names; imported one by one or from a barrel of all. */
function modules(count: number, from: "each" | "barrel", callsOf: (module: number) => number[]): Files {
  const files: Files = {};
  for (let module = 0; module < count; module++) {
    const imports = callsOf(module).map(
      (called) => `import { f${called} } from "./${from === "each" ? `m${called}` : "all"}";`,
    );
    const calls = callsOf(module).map((called) => `f${called}(n - 1)`);
    files[`m${module}.ts`] =
      `${imports.join("\n")}\nexport function f${module}(n: number): number { return ${[module, ...calls].join(" + ")}; }\n`;
  }
  files["all.ts"] = Object.keys(files)
    .map((file) => `export * from "./${file.slice(0, -3)}";`)
    .join("\n");
  return files;
}

/** How often sets and maps are asked and told while each function is linked, all in one session. */
function workOf(count: number, from: "each" | "barrel", callsOf: (module: number) => number[]): number {
  const files = modules(count, from, callsOf);
  const session = openSession(createLinkContext(ts), { root: "/p" });
  return countingCollections(() => {
    for (let module = 0; module < count; module++) linkFunction({ files, session }, `m${module}.ts`, `f${module}`);
  });
}

function countingCollections(run: () => void): number {
  let steps = 0;
  const restore = [
    spy(Set.prototype, "add", () => steps++),
    spy(Set.prototype, "has", () => steps++),
    spy(Map.prototype, "get", () => steps++),
    spy(Map.prototype, "set", () => steps++),
  ];
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return steps;
}

function spy<K extends string>(owner: Record<K, (...values: never[]) => unknown>, method: K, heard: () => void) {
  const original = owner[method];
  owner[method] = function (this: unknown, ...values: never[]) {
    heard();
    return original.apply(this, values);
  };
  return () => {
    owner[method] = original;
  };
}

describe("the work of linking all functions of a graph, each cached", () => {
  it("grows with the graph, where all functions reach each other", () => {
    const cycle = (count: number) => workOf(count, "each", (module) => [(module + 1) % count]);
    expect(cycle(120) / cycle(30)).toBeLessThan(4.4);
  });

  it("grows with modules times names, where all are taken from one barrel", () => {
    const cycle = (count: number) => workOf(count, "barrel", (module) => [(module + 1) % count]);
    expect(cycle(120) / cycle(30)).toBeLessThan(17);
    const layers = (count: number) =>
      workOf(count, "barrel", (module) => (module === 0 ? [] : [module - 1, module >> 1]));
    expect(layers(120) / layers(30)).toBeLessThan(17);
  });
});

it("one object that many functions of a file hand on is followed through them once", () => {
  const work = (count: number) => {
    const functions = Array.from({ length: count }, (_, at) => {
      const calls = [1, 2, 3].map((step) => `f${(at + step) % count}(s)`).join("; ");
      return `function f${at}(s: any) { if (s.n > ${at}) { ${calls} } return s.n }\nexport const g${at} = () => f${at}(table);`;
    });
    const text = `const table = { n: 1 };\n${functions.join("\n")}\nexport function load() { return table.n }`;
    return countingCollections(() => {
      expect(linkFunction({ files: { "main.ts": text } }, "main.ts", "load").warnings).toEqual([]);
    });
  };
  expect(work(120) / work(30)).toBeLessThan(6);
});
