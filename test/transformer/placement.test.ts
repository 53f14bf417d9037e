import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  bothForms,
  compile,
  compileAst,
  compileText,
  errorsOf,
  execute,
  executeWithRuntime,
  executeWithStub,
  freshFile,
  identifiersOf,
  mappedSpots,
  type Program,
  spotKey,
  transformText,
} from "./harness.ts";
import { COMMENTS, SHAPES, type Shape } from "./shapes.ts";

interface Case {
  shape: Shape;
  place: number;
  comment: string;
  source: string;
  mayRefuse: boolean;
}

function casesOf(shape: Shape): Case[] {
  const places = [...shape.source.matchAll(/«([!?=])»/g)];
  return places.flatMap((_, place) =>
    COMMENTS.flatMap(([comment, text]) => {
      if (places[place]?.[1] === "=" && text.includes("\n")) return [];
      let index = -1;
      const marked = shape.source.replace(/«[!?=]»/g, () => (++index === place ? text.replace("$", "@cacheData") : ""));
      const fn = shape.fn ? `fn: () => ${shape.fn}, ` : "";
      const probe = `probe({ ${fn}call: () => ${shape.call} });`;
      const source = shape.exportEquals ? `${probe}\n${marked}\n` : `${marked}\n${probe}\nexport {};\n`;
      const mayRefuse = places[place]?.[1] === "?";
      return [
        { shape, place, comment, source, mayRefuse },
        { shape, place, comment: `${comment}, CRLF`, source: source.replace(/\n/g, "\r\n"), mayRefuse },
      ];
    }),
  );
}

/** What a program can see of a function, apart from its text. */
async function observe({ probes, runs }: Program) {
  const before = runs();
  const returned = probes["call"]();
  const result = await returned;
  const facts = { result, isPromise: returned instanceof Promise, runs: runs() - before };
  const fn = probes["fn"]?.();
  if (!fn) return facts;
  const keys = Object.getOwnPropertyNames(fn)
    .filter((name) => name !== "clear")
    .sort();
  return {
    ...facts,
    name: fn.name,
    length: fn.length,
    keys,
    enumerable: Object.keys(fn),
    tag: String(fn[Symbol.toStringTag]),
  };
}

/** Every place with two of the comments, every comment somewhere: the whole product would take minutes. */
const sampleOf = (cases: Case[], shape: Shape) =>
  cases.filter((_, index) => index % COMMENTS.length === SHAPES.indexOf(shape) % COMMENTS.length);

describe.each(SHAPES)("$title", (shape) => {
  const cases = casesOf(shape);
  const settings = { fileName: `/p/src/a.${shape.extension ?? "ts"}` };

  it("is cached or refused wherever the mark stands, never left alone", () => {
    const wrong = cases.filter(({ source, mayRefuse }) => {
      const { functions, diagnostics } = transformText(source, settings);
      const cached = functions.length === 1 && errorsOf(diagnostics).length === 0;
      const refused = functions.length === 0 && errorsOf(diagnostics).length > 0;
      return !(cached || (mayRefuse && refused));
    });
    expect(wrong.map(describeCase)).toEqual([]);
  });

  const accepted = sampleOf(cases, shape).filter(
    ({ source }) => errorsOf(transformText(source, settings).diagnostics).length === 0,
  );

  it("gives the same program from both emitters", () => {
    for (const { source } of accepted) {
      const { text, ast } = bothForms(source, settings);
      expect(ast, source).toEqual(text);
    }
  });

  it("behaves as without cachet, and is cached with the runtime", async () => {
    for (const { source } of accepted) {
      const plain = await observe(execute(compile(source, settings)));
      if (shape.name !== undefined) Object.assign(plain, { name: shape.name });
      const unique = { fileName: freshFile(shape.extension) };
      for (const build of [compileText, compileAst]) {
        const code = build(source, unique);
        const stubbed = executeWithStub(code);
        expect(await observe(stubbed), code).toEqual(plain);
        expect(stubbed.stub.calls.run, code).toBe(1);
        expect(stubbed.stub.calls.attached.size, code).toBe(1);
        if (shape.fn) expect(stubbed.stub.calls.attached.values().next().value, code).toBe(stubbed.probes["fn"]());
      }
      const program = executeWithRuntime(compileText(source, unique));
      const first = await program.probes["call"]();
      expect(await program.probes["call"](), source).toEqual(first);
      expect(first, source).toEqual(plain.result);
      expect(program.runs(), source).toBe(1);
    }
  });

  it("keeps every line, and maps every name to where it was", () => {
    for (const { source } of accepted) {
      const { code, map } = transformText(source, settings);
      expect(code.split("\n").length, code).toBe(source.split("\n").length);
      const mapped = mappedSpots(code, map as object, settings.fileName);
      const lost = identifiersOf(source, settings.fileName).filter((spot) => !mapped.has(spotKey(spot)));
      expect(lost, code).toEqual([]);
    }
  });

  it("has one id and hash in every place", () => {
    const seen = accepted.map(({ source }) => transformText(source, settings).functions[0]);
    expect(new Set(seen.map((report) => `${report?.id} ${report?.hash}`)).size).toBe(1);
  });

  it("leaves nothing but syntax that TypeScript accepts", () => {
    for (const { source } of accepted) {
      const { code } = transformText(source, settings);
      const parsed = ts.createSourceFile(settings.fileName, code, ts.ScriptTarget.Latest, true);
      expect(
        (parsed as any).parseDiagnostics.map((d: ts.Diagnostic) => d.messageText),
        code,
      ).toEqual([]);
    }
  });
});

const describeCase = ({ comment, place, source }: Case) => `${comment} at place ${place}:\n${source}`;
