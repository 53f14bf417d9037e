import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createLinkContext, type LinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { parseOnce } from "../../transformer/3-hash/graph/modules.ts";
import { runAsync } from "../../transformer/host-requests.ts";
import type { CodeHash } from "../../transformer/types.ts";
import { type Files, hostOf, linkFunction, linkIn } from "./link-project.ts";

/** One function: what it computes with, and the functions it calls, by module and place. */
interface Piece {
  value: number;
  calls: [module: number, piece: number, way: Way][];
}

/** How a call finds its function in another module. */
type Way = "name" | "namespace" | "barrel" | "default";
type Graph = Piece[][];

const name = (module: number, piece: number) => `f${module}_${piece}`;

function print(graph: Graph): Files {
  const files: Files = { "package.json": '{ "name": "graph" }' };
  graph.forEach((pieces, module) => {
    const imports = new Set<string>();
    const texts = pieces.map(({ value, calls }, piece) => {
      const uses = calls.map((call) => `${use(graph, module, call, imports)}(n - 1)`);
      const isDefault = piece === 0 ? "default " : "";
      return `export ${isDefault}function ${name(module, piece)}(n: number): number {\n  return ${[value, ...uses].join(" + ")};\n}`;
    });
    files[`m${module}.ts`] = `${[...imports].sort().join("\n")}\n${texts.join("\n")}\n`;
  });
  files["all.ts"] = graph.map((_, module) => `export * from "./m${module}";`).join("\n");
  return files;
}

function use(graph: Graph, from: number, [module, piece, way]: Piece["calls"][number], imports: Set<string>): string {
  const to = Math.min(piece, (graph[module] as Piece[]).length - 1);
  const called = name(module, to);
  if (module === from) return called;
  if (to === 0) {
    imports.add(`import ${called} from "./m${module}";`);
    return called;
  }
  if (way === "namespace") {
    imports.add(`import * as m${module} from "./m${module}";`);
    return `m${module}.${called}`;
  }
  imports.add(`import { ${called} } from "./${way === "barrel" ? "all" : `m${module}`}";`);
  return called;
}

/** Everything that reaches a function, itself included: what an edit of it must change, and nothing else. */
function reaching(graph: Graph, module: number, piece: number): string[] {
  const found = new Set([name(module, piece)]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    graph.forEach((pieces, m) => {
      pieces.forEach(({ calls }, p) => {
        const goes = calls.some(([cm, cp]) => found.has(name(cm, Math.min(cp, (graph[cm] as Piece[]).length - 1))));
        if (goes) found.add(name(m, p));
      });
    });
  }
  return [...found].sort();
}

const all = (graph: Graph) =>
  graph.flatMap((pieces, m) => pieces.map((_, p) => ({ file: `m${m}.ts`, fn: name(m, p) })));

/** Each function on its own, from nothing. */
const fromScratch = (graph: Graph, files: Files) =>
  new Map(all(graph).map(({ file, fn }) => [fn, linkFunction({ files }, file, fn)]));

/** All at once in one session, each question answered at once or some turns later, as chance has it. */
async function together(context: LinkContext, graph: Graph, files: Files, chance: () => number) {
  const session = openSession(context, { root: "/p" });
  const host = hostOf({ files });
  const later = <T>(answer: T): T | Promise<T> => {
    const turns = Math.floor(chance() * 4);
    if (turns === 0) return answer;
    return (async () => {
      for (let turn = 0; turn < turns; turn++) await undefined;
      return answer;
    })();
  };
  const slow = {
    read: (file: string) => later(host.read(file)),
    resolve: (specifier: string, importer: string) => later(host.resolve(specifier, importer)),
  };
  const work = all(graph).sort(() => chance() - 0.5);
  const linked = work.map(async ({ file, fn }): Promise<[string, CodeHash]> => {
    const source = parseOnce(context, `/p/${file}`, String(files[file]));
    return [fn, await runAsync(linkIn(session, source, fn), slow)];
  });
  return new Map(await Promise.all(linked));
}

const way = fc.constantFrom<Way>("name", "namespace", "barrel", "default");
const call = fc.tuple(fc.nat(5), fc.nat(2), way);
const piece = fc.record({ value: fc.nat(3), calls: fc.array(call, { maxLength: 3 }) });
const graphs = fc.array(fc.array(piece, { minLength: 1, maxLength: 3 }), { minLength: 6, maxLength: 6 });
const edits = fc.array(fc.tuple(fc.nat(5), fc.nat(2), fc.option(fc.array(call, { maxLength: 3 }))), {
  minLength: 1,
  maxLength: 4,
});

describe("linking many functions in one session", () => {
  it("gives each what it has alone, over edits, whatever the order of answers", async () => {
    const property = fc.asyncProperty(
      graphs,
      edits,
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (start, changes, stream) => {
        const chance = () => stream.next().value as number;
        const context = createLinkContext(ts);
        let graph = structuredClone(start);
        expect(await together(context, graph, print(graph), chance)).toEqual(fromScratch(graph, print(graph)));
        for (const [module, at, calls] of changes) {
          graph = structuredClone(graph);
          const pieces = graph[module] as Piece[];
          const edited = pieces[Math.min(at, pieces.length - 1)] as Piece;
          if (calls) edited.calls = calls;
          else edited.value += 10;
          const files = print(graph);
          expect(await together(context, graph, files, chance)).toEqual(fromScratch(graph, files));
        }
      },
    );
    await fc.assert(property, { numRuns: Number(process.env["CACHET_FUZZ"] ?? 20) });
  });

  it("changes exactly the functions that reach an edit", async () => {
    const property = fc.asyncProperty(graphs, fc.nat(5), fc.nat(2), async (graph, module, at) => {
      const context = createLinkContext(ts);
      const before = await together(context, graph, print(graph), () => 0);
      const after = structuredClone(graph);
      const piece = Math.min(at, (after[module] as Piece[]).length - 1);
      (after[module]?.[piece] as Piece).value += 10;
      const now = await together(context, after, print(after), () => 0);
      const changed = [...now].filter(([fn, { hash }]) => before.get(fn)?.hash !== hash).map(([fn]) => fn);
      expect(changed.sort()).toEqual(reaching(graph, module, piece));
    });
    await fc.assert(property, { numRuns: Number(process.env["CACHET_FUZZ"] ?? 20) });
  });

  it("asks for each file and each import once", () => {
    const graph: Graph = Array.from({ length: 6 }, (_, module) => [
      { value: 1, calls: [[(module + 1) % 6, 0, "name"]] },
      { value: 2, calls: [[(module + 2) % 6, 1, "barrel"]] },
    ]);
    const files = print(graph);
    const asked: string[] = [];
    const session = openSession(createLinkContext(ts), { root: "/p" });
    const host = hostOf({ files });
    const counting = {
      read: (file: string) => {
        asked.push(`read ${file}`);
        return host.read(file);
      },
      resolve: (specifier: string, importer: string) => {
        asked.push(`resolve ${specifier} from ${importer}`);
        return host.resolve(specifier, importer);
      },
    };
    for (const { file, fn } of all(graph)) {
      const source = parseOnce(session.context, `/p/${file}`, String(files[file]));
      const asking = linkIn(session, source, fn);
      for (let step = asking.next(); !step.done; ) {
        const { value } = step;
        step = asking.next(
          value.type === "read" ? counting.read(value.file) : counting.resolve(value.specifier, value.importer),
        );
      }
    }
    expect(asked.length).toBe(new Set(asked).size);
  });
});

describe("a file whose text is another one than on disk", () => {
  const FILES: Files = {
    "main.ts": "import { twice } from './twice';\nexport function load(n: number) { return n ? twice(n) : 0 }\n",
    "twice.ts": "import { load } from './main';\nexport function twice(n: number) { return 2 * load(n - 1) }\n",
  };
  const linkText = (text: string) => {
    const session = openSession(createLinkContext(ts), { root: "/p" });
    const other = linkFunction({ files: FILES, session }, "twice.ts", "twice");
    const files = { ...FILES, "main.ts": text };
    const host = hostOf({ files: FILES });
    const source = parseOnce(session.context, "/p/main.ts", String(files["main.ts"]));
    const asking = linkIn(session, source, "load");
    let step = asking.next();
    while (!step.done) {
      const { value } = step;
      step = asking.next(value.type === "read" ? host.read(value.file) : host.resolve(value.specifier, value.importer));
    }
    return {
      hash: step.value.hash,
      other: other.hash,
      again: linkFunction({ files: FILES, session }, "twice.ts", "twice").hash,
    };
  };
  const onDisk = String(FILES["main.ts"]);

  it("counts by its own text, also where others lead back to it", () => {
    const edited = onDisk.replace(": 0", ": 1");
    const { hash, other, again } = linkText(edited);
    expect(hash).toBe(linkFunction({ files: { ...FILES, "main.ts": edited } }, "main.ts", "load").hash);
    expect(again).toBe(other);
  });

  it.each([
    ["a byte order mark", `\uFEFF${onDisk}`],
    ["other line ends", onDisk.replaceAll("\n", "\r\n")],
    ["other comments", `// a comment\n${onDisk}`],
  ])("has the same hash with %s", (_, text) => {
    expect(linkText(text).hash).toBe(linkText(onDisk).hash);
  });
});
