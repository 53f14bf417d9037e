import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";
import { buildPackage } from "../adapters/package.ts";
import { bothForms, emitAstModule } from "./harness.ts";

// A fixture is a folder: its files, `expected/` with what the transform makes of the marked ones, and `output.txt`, what
// `main.ts` prints when it runs. `UPDATE_FIXTURES=1` writes the expectations anew; read them before you commit.

const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const isUpdating = process.env["UPDATE_FIXTURES"] === "1";

let root: string;
beforeAll(() => {
  buildPackage();
  root = mkdtempSync(join(tmpdir(), "cachet-fixtures-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (file: string) => readFileSync(file, "utf8");
const run = (source: string, file: string) =>
  transform(source, {
    fileName: `/fixtures/${file}`,
    read: (path) => (path === "/fixtures/package.json" ? '{ "name": "fixture" }' : readFixture(path)),
    resolve: (specifier) => (specifier.startsWith(".") ? `/fixtures/${basename(specifier, ".js")}.ts` : undefined),
  });

let folder = "";
function readFixture(path: string): string | undefined {
  try {
    return read(join(folder, basename(path)));
  } catch {
    return undefined;
  }
}

function expectStored(file: string, text: string): void {
  if (isUpdating) {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(read(file));
}

/** Compiles the files in one module format by one emitter and runs them with the real runtime. */
function execute(files: string[], module: "ESNext" | "CommonJS", emitter: "text" | "ast"): string {
  const directory = mkdtempSync(join(root, "run-"));
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(REPOSITORY, join(directory, "node_modules/cachet"), "dir");
  writeFileSync(join(directory, "package.json"), JSON.stringify({ type: module === "ESNext" ? "module" : "commonjs" }));
  const compilerOptions = {
    module: ts.ModuleKind[module],
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
    ...(module === "CommonJS" && { moduleResolution: ts.ModuleResolutionKind.Node10, ignoreDeprecations: "6.0" }),
  };
  for (const file of files) {
    const source = read(join(folder, file));
    const { outputText } =
      emitter === "ast"
        ? emitAstModule(source, { fileName: `/fixtures/${file}`, compilerOptions })
        : ts.transpileModule(run(source, file).code, { compilerOptions, fileName: file });
    writeFileSync(join(directory, file.replace(/ts$/, "js")), outputText);
  }
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  return String(execFileSync(process.execPath, ["--no-warnings", join(directory, "main.js")], { env }));
}

/** Every identifier of the original stands in the output at a place that maps back to it. */
function unmapped(source: string, code: string, map: object): string[] {
  const trace = new TraceMap(map as ConstructorParameters<typeof TraceMap>[0]);
  const found = new Set<string>();
  const generated = ts.createSourceFile("out.ts", code, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { line, character } = generated.getLineAndCharacterOfPosition(node.getStart());
      const at = originalPositionFor(trace, { line: line + 1, column: character });
      if (at.line !== null) found.add(`${at.line}:${at.column}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(generated);
  const original = ts.createSourceFile("in.ts", source, ts.ScriptTarget.Latest, true);
  const missing: string[] = [];
  const check = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { line, character } = original.getLineAndCharacterOfPosition(node.getStart());
      if (!found.has(`${line + 1}:${character}`)) missing.push(`${node.text} ${line + 1}:${character}`);
    }
    ts.forEachChild(node, check);
  };
  check(original);
  return missing;
}

describe.each(readdirSync(FIXTURES))("%s", (name) => {
  const here = join(FIXTURES, name);
  const files = readdirSync(here).filter((file) => file.endsWith(".ts"));

  it("becomes what is expected, line by line, and every identifier maps back", () => {
    folder = here;
    for (const file of files) {
      const source = read(join(here, file));
      const { code, map, diagnostics } = run(source, file);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      if (map === null) continue;
      expectStored(join(here, "expected", file), code);
      expect(code.split("\n")).toHaveLength(source.split("\n").length);
      expect(unmapped(source, code, map)).toEqual([]);
    }
  });

  it("is the same program from both emitters", () => {
    folder = here;
    for (const file of files) {
      const { text, ast } = bothForms(read(join(here, file)), { fileName: `/fixtures/${file}` });
      expect(ast).toEqual(text);
    }
  });

  const isScript = files.every((file) => !/^const .*= await|^await/m.test(read(join(here, file))));
  const formats = isScript ? (["ESNext", "CommonJS"] as const) : (["ESNext"] as const);
  it.each(formats.flatMap((format) => [[format, "text"] as const, [format, "ast"] as const]))(
    "runs as %s from the %s emitter",
    (format, emitter) => {
      folder = here;
      expectStored(join(here, "output.txt"), execute(files, format, emitter));
    },
  );
});
