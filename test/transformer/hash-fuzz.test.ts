import ts from "typescript";
import ts59 from "typescript-5.9";
import { afterAll, describe, expect, it } from "vitest";
import { serialize } from "../../transformer/3-hash/normal-form/serialize.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";
import { addComments, eraseTypes, hasSyntaxErrors, mutationsOf, normalForm, parse, reformat } from "./fuzz/edits.ts";
import { createRandom, realSources, textOf } from "./fuzz/sources.ts";

/** `CACHET_FUZZ=600 npx vitest run test/transformer/hash-fuzz.test.ts` takes that many files, and more mutations of each. */
const limit = Number(process.env["CACHET_FUZZ"] ?? 12);
const mutationsPerFile = process.env["CACHET_FUZZ"] ? 150 : 40;
const random = createRandom(Number(process.env["CACHET_FUZZ_SEED"] ?? 1));

const figures = { files: 0, reformatted: 0, commented: 0, erased: 0, mutated: 0, skipped: 0 };

function pick<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const step = items.length / count;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index + random()) * step)] as T);
}

const files = pick(realSources(), limit);

describe("the normal form of real code", () => {
  it.each(files)("%s", async (fileName) => {
    const text = textOf(fileName);
    const file = parse(text, fileName);
    if (hasSyntaxErrors(file)) return;
    figures.files++;
    const normal = serialize(ts, file);

    const api = ts59 as unknown as typeof ts;
    const older = api.createSourceFile(fileName, text, api.ScriptTarget.Latest, false);
    createScopes(api, older);
    expect(serialize(api, older)).toBe(normal);

    for (const formatted of await reformat(text, fileName)) {
      expect(serialize(ts, parse(formatted, fileName))).toBe(normal);
      figures.reformatted++;
    }

    const commented = parse(addComments(file, random), fileName);
    expect(hasSyntaxErrors(commented)).toBe(false);
    expect(serialize(ts, commented)).toBe(normal);
    figures.commented++;

    // A compiler that erases the types of a .cts file writes CommonJS, which is other code.
    const erased = fileName.endsWith(".cts") ? undefined : eraseTypes(file);
    if (erased !== undefined) {
      const script = fileName.replace(/\.([cm]?)ts(x?)$/, ".$1js$2");
      expect(normalForm(parse(erased, script))).toBe(normalForm(file));
      figures.erased++;
    }

    for (const { kind, start, end, text: replacement } of pick(mutationsOf(file), mutationsPerFile)) {
      const mutant = parse(text.slice(0, start) + replacement + text.slice(end), fileName);
      if (hasSyntaxErrors(mutant)) {
        figures.skipped++;
        continue;
      }
      figures.mutated++;
      if (serialize(ts, mutant) === normal)
        expect.fail(`${kind} at ${start}: ${text.slice(start, end)} → ${replacement}`);
    }
  });

  afterAll(() => {
    expect(figures.files).toBeGreaterThan(limit / 2);
    expect(figures.mutated).toBeGreaterThan(figures.files);
    if (process.env["CACHET_FUZZ"]) console.log("fuzzed", figures);
  });
});
