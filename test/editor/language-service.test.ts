import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../adapters/package.ts";
import { createProject, environment, type Project, REPOSITORY } from "../adapters/project.ts";

const HELPER = "export const fresh = (value: unknown): boolean => value !== undefined;\n";
const DATA = `import { fresh } from "./helper.js";
const LIMIT = 60;
/** @cacheData({ ttl: LIMIT, validate: fresh }) */
export function load(id: number): number {
  return id;
}
`;
const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      module: "nodenext",
      target: "es2022",
      strict: true,
      noUnusedLocals: true,
      types: [],
      plugins: [{ name: "cachet/language-service" }],
    },
  }),
  "helper.ts": HELPER,
  "data.ts": DATA,
};

interface Response {
  seq: number;
  type: string;
  request_seq?: number;
  success?: boolean;
  body?: unknown;
}

/** A tsserver with one open file. */
class Server {
  readonly #process: ChildProcess;
  readonly #project: Project;
  readonly #answers = new Map<number, (response: Response) => void>();
  #next = 1;

  constructor(project: Project, typescript: string) {
    this.#project = project;
    const bin = join(REPOSITORY, "node_modules", typescript, "lib/tsserver.js");
    this.#process = spawn(process.execPath, [bin, "--disableAutomaticTypingAcquisition", "--allowLocalPluginLoads"], {
      cwd: project.root,
      env: environment(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const response = JSON.parse(line) as Response;
      if (response.type === "response") this.#answers.get(response.request_seq as number)?.(response);
    });
  }

  tell(command: string, args: object): number {
    const seq = this.#next++;
    this.#process.stdin?.write(`${JSON.stringify({ seq, type: "request", command, arguments: args })}\n`);
    return seq;
  }

  ask<T>(command: string, args: object): Promise<T> {
    return new Promise((resolve) => {
      this.#answers.set(this.tell(command, { file: join(this.#project.root, "data.ts"), ...args }), ({ body }) =>
        resolve(body as T),
      );
    });
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill();
    await ended;
  }
}

/** The place of a text in a file, 1-based. */
function at(text: string, piece: string, offset = 0) {
  const before = text.slice(0, text.indexOf(piece) + offset).split("\n");
  return { line: before.length, offset: (before.at(-1)?.length ?? 0) + 1 };
}

let project: Project;
let server: Server;
beforeAll(() => void buildPackage());
afterEach(async () => {
  await server.end();
  project.remove();
});

function open(typescript: string, text = DATA): void {
  project = createProject({ ...FILES, "data.ts": text });
  server = new Server(project, typescript);
  server.tell("open", { file: join(project.root, "data.ts"), fileContent: text, projectRootPath: project.root });
}

describe.each([
  ["5.9", "typescript-5.9"],
  ["6", "typescript"],
])("cachet/language-service in tsserver %s", (_, typescript) => {
  it("reports wrong marks and leaves alone what a mark uses", async () => {
    open(typescript);
    expect(await server.ask("semanticDiagnosticsSync", {})).toEqual([]);
    expect(await server.ask("suggestionDiagnosticsSync", {})).toEqual([]);
    const edit = {
      ...at(DATA, "ttl"),
      endLine: at(DATA, "ttl").line,
      endOffset: at(DATA, "ttl", 3).offset,
      insertString: "tll",
    };
    server.tell("change", { file: join(project.root, "data.ts"), ...edit });
    expect(await server.ask("semanticDiagnosticsSync", {})).toMatchObject([
      {
        source: "cachet",
        code: 901008,
        text: expect.stringContaining("CACHET1008"),
        start: at(DATA, "ttl"),
        end: at(DATA, "ttl", 3),
      },
    ]);
    const { line, offset } = at(DATA, "ttl");
    const range = { startLine: line, startOffset: offset, endLine: line, endOffset: offset + 3 };
    expect(await server.ask("getCodeFixes", { ...range, errorCodes: [901008] })).toMatchObject([
      { description: "Write ttl", changes: [{ textChanges: [{ start: at(DATA, "ttl"), newText: "ttl" }] }] },
    ]);
    expect(await server.ask("getSupportedCodeFixes", {})).toEqual(expect.arrayContaining(["901008", "903003"]));
  });

  it("completes, shows and follows what stands in a mark", async () => {
    const open2 = DATA.replace("ttl: LIMIT, ", "ttl: LIMIT, p, ");
    open(typescript, open2);
    const { entries } = await server.ask<{ entries: { name: string }[] }>("completionInfo", at(open2, "p, ", 1));
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(["persist", "maxEntries"]));
    expect(entries.map(({ name }) => name)).not.toContain("ttl");
    const inCode = await server.ask<{ entries: { name: string }[] }>("completionInfo", at(open2, "return id", 9));
    expect(inCode.entries.map(({ name }) => name)).toContain("load");
    server.tell("close", { file: join(project.root, "data.ts") });
    server.tell("open", { file: join(project.root, "data.ts"), fileContent: DATA, projectRootPath: project.root });
    expect(await server.ask("quickinfo", at(DATA, "@cacheData", 3))).toMatchObject({
      documentation: expect.stringMatching(/data `load` `c1:/),
    });
    expect(await server.ask("quickinfo", at(DATA, "load(", 1))).toMatchObject({
      displayString: expect.stringContaining("function load"),
    });
    expect(await server.ask("definition", at(DATA, "fresh })", 1))).toMatchObject([
      { file: join(project.root, "helper.ts"), start: at(HELPER, "fresh") },
    ]);
  });

  it("colours the names in a mark among TypeScript's own", async () => {
    open(typescript);
    const { spans } = await server.ask<{ spans: number[] }>("encodedSemanticClassifications-full", {
      start: 0,
      length: DATA.length,
      format: "2020",
    });
    const starts = spans.filter((_, index) => index % 3 === 0);
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    const kindAt = (piece: string) => (spans[starts.indexOf(DATA.indexOf(piece)) * 3 + 2] as number) >> 8;
    expect([kindAt("validate: "), kindAt("LIMIT, validate"), kindAt("fresh })")]).toEqual([10, 8, 8]);
    expect(kindAt("load(id")).toBe(11);
  });

  it("renames with the marks, from either side and across files", async () => {
    open(typescript);
    const starts = (locs: { file: string; locs: { start: object }[] }[]) =>
      locs.map(({ file, locs: places }) => [file.split("/").at(-1), places.map(({ start }) => start)]).sort();
    const expected = [["data.ts", [at(DATA, "LIMIT"), at(DATA, "LIMIT, validate")]]];
    for (const piece of ["LIMIT = 60", "LIMIT, validate"]) {
      const { info, locs } = await server.ask<{ info: { canRename: boolean }; locs: never[] }>(
        "rename",
        at(DATA, piece, 1),
      );
      expect([info.canRename, starts(locs)]).toEqual([true, expected]);
    }
    const { locs } = await server.ask<{ locs: never[] }>("rename", {
      ...at(HELPER, "fresh", 1),
      file: join(project.root, "helper.ts"),
    });
    expect(starts(locs)).toEqual([
      ["data.ts", [at(DATA, "fresh }"), at(DATA, "fresh })")]],
      ["helper.ts", [at(HELPER, "fresh")]],
    ]);
    const { refs } = await server.ask<{ refs: { start: object }[] }>("references", at(DATA, "LIMIT", 1));
    expect(refs.map(({ start }) => start)).toEqual([at(DATA, "LIMIT"), at(DATA, "LIMIT, validate")]);
  });
});
