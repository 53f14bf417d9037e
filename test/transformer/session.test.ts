import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createSession, transform } from "../../transformer/index.ts";

const LOAD = 'import { base } from "./base"; /** @cacheData */ export function load() { return base + mode; }';

/** Files by path; counts what is read. */
function projectOf(files: Record<string, string>) {
  const reads: string[] = [];
  const host = {
    resolve: (specifier: string, importer: string) =>
      `${importer.replace(/[^/]*$/, "")}${specifier.slice(2)}.ts`.replace("//", "/"),
    read: (file: string) => {
      reads.push(file);
      return files[file];
    },
  };
  return { files, reads, host };
}

describe("a session", () => {
  it("asks for each file once, however many functions reach it", () => {
    const marked = { "/p/a.ts": LOAD, "/p/b.ts": LOAD, "/p/c.ts": LOAD };
    const { host, reads } = projectOf({ "/p/base.ts": "export const base = 1;", ...marked });
    const session = createSession({ root: "/p" });
    for (const fileName of Object.keys(marked)) transform(LOAD, { fileName, session, ...host });
    expect(reads.filter((file) => file === "/p/base.ts")).toHaveLength(1);
  });

  it("made from a previous one sees edits, and parses nothing again that is as it was", () => {
    const parsed: string[] = [];
    const counting: typeof ts = {
      ...ts,
      createSourceFile: (...args: Parameters<typeof ts.createSourceFile>) => {
        parsed.push(args[0]);
        return ts.createSourceFile(...args);
      },
    };
    const { host, files } = projectOf({ "/p/base.ts": 'import "./deep"; export const base = 1;', "/p/deep.ts": "1;" });
    const hashOf = (session: ReturnType<typeof createSession>) =>
      transform(LOAD, { fileName: "/p/a.ts", session, ...host }).functions[0]?.hash;
    const first = createSession({ root: "/p", typescript: counting });
    const before = hashOf(first);
    parsed.length = 0;
    files["/p/base.ts"] = 'import "./deep"; export const base = 2;';
    expect(hashOf(createSession({ root: "/p", previous: first }))).not.toBe(before);
    expect(parsed.filter((file) => file.startsWith("/p/"))).toEqual(["/p/base.ts"]);
  });

  it("counts what the tool puts in the place of a name", () => {
    const { host } = projectOf({ "/p/base.ts": "export const base = 1;" });
    const hashWith = (mode: string) =>
      transform(LOAD, { fileName: "/p/a.ts", session: createSession({ root: "/p", define: { mode } }), ...host })
        .functions[0]?.hash;
    expect(hashWith('"a"')).toBe(hashWith('"a"'));
    expect(hashWith('"a"')).not.toBe(hashWith('"b"'));
  });

  it("counts the package that the tool's settings name for JSX", () => {
    const load = "/** @cacheData */ export function load() { return String(<b />); }";
    const hashWith = (runtime: string, jsxImportSource?: string) =>
      transform(load, {
        fileName: "/p/a.tsx",
        session: createSession(jsxImportSource === undefined ? {} : { jsxImportSource }),
        resolve: (specifier) => (specifier === "one/jsx-runtime" ? "/p/one.ts" : undefined),
        read: (file) => (file === "/p/one.ts" ? runtime : undefined),
      }).functions[0]?.hash;
    expect(hashWith("export const jsx = 1;", "one")).not.toBe(hashWith("export const jsx = 2;", "one"));
    expect(hashWith("export const jsx = 1;")).toBe(hashWith("export const jsx = 2;"));
  });
});
