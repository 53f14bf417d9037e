import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Project } from "../adapters/project.ts";
import { COLUMNS } from "./columns.ts";
import { definitionsOf, EDITED, expectRight, reportIn, WRONG_LINE, withWrongMark } from "./program.ts";
import { type Command, runCommand, Server, type Spied } from "./spawn.ts";

/** A server that answers with the program's report. */
export interface Served {
  command: Command;
  url: string;
}

export interface Tool {
  /** The tool's configuration, and what of the program it needs in another form. */
  files?: Record<string, string>;
  /** Builds the program; absent where nothing is built. */
  build?: Command;
  /** Runs what was built, or the program itself. */
  run: Command | Served;
  /** Builds, edits the far helper to what its last argument says, builds again because it watches, and ends. */
  watch?: Command;
  /** A dev server, or what prints a report at the start and after each edit. */
  dev?: Served | Command;
  /** What fails for a wrong mark; by default `build`, or `run`. */
  check?: Command;
  /** It takes no source map from a plugin, so that an error's line is right, since none has moved, and its column isn't. */
  losesColumns?: boolean;
  /** It is no Node, and nobody can look at what it has loaded. */
  isNoNode?: boolean;
  /** It compiles with `tsc` itself, each time anew. */
  compilesItself?: boolean;
  env?: Record<string, string>;
}

/** What must hold in every tool, in a project that `open` makes. */
export function describeTool(name: string, tool: Tool, open: (files: Record<string, string>) => Project): void {
  const { build, run, env } = tool;
  describe(name, () => {
    let project: Project;
    beforeAll(() => {
      project = open(tool.files ?? {});
    });
    afterAll(() => project?.remove());

    const command = (words: Command) => runCommand(project.root, words, env);
    const expectReport = (output: string) => expectRight(project, reportIn(output), tool.losesColumns);
    const isWatched = !tool.compilesItself && !tool.isNoNode;
    const result = async (): Promise<string> => {
      if (isCommand(run)) return (await command(run)).output;
      return withServer(project, run, env, (server) => server.ask(run.url, (answer) => answer.includes("REPORT")));
    };
    const buildAndRun = async (): Promise<Spied> => {
      const built = await command(build ?? (run as Command));
      expect(built.code, built.output).toBe(0);
      return build ? { ...built, output: await result() } : built;
    };

    it(COLUMNS.equal.title, async () => {
      const first = await buildAndRun();
      expectReport(first.output);
      if (isWatched) expect(first.transformed).toBe(true);
    });

    if (isWatched)
      it(COLUMNS.free.title, async () => {
        const second = await buildAndRun();
        expectReport(second.output);
        expect(second.transformed).toBe(false);
      });

    it(COLUMNS.edit.title, async () => {
      const before = definitionsOf(project);
      project.write(EDITED);
      expect(definitionsOf(project)).not.toEqual(before);
      expectReport((await buildAndRun()).output);
    });

    const { watch, dev } = tool;
    if (watch)
      it(COLUMNS.watch.title, async () => {
        const edited = "export const RATE: number = 3 - 1;\n";
        const watched = await command([...watch, edited]);
        expect(watched.code, watched.output).toBe(0);
        expect(project.read("src/rate.ts")).toBe(edited);
        expectReport(await result());
      });
    if (dev)
      it(COLUMNS.watch.title, async () => {
        const isCurrent = (answer: string) =>
          /REPORT \{/.test(answer) && definitionsOf(project).every((each) => answer.includes(each));
        const served = isCommand(dev) ? { command: dev, url: "" } : dev;
        await withServer(project, served, env, async (server) => {
          const wait = (seconds?: number) =>
            isCommand(dev) ? server.printed(isCurrent, seconds) : server.ask(dev.url, isCurrent, seconds);
          await wait();
          // Some tools begin to watch after the program's first lines, and an edit before that goes unseen, with or without us.
          for (let edits = 1; edits <= 4; edits++) {
            project.write({ "src/rate.ts": `export const RATE: number = ${edits + 2} - ${edits};\n` });
            const seen = wait(30);
            if (edits === 4) await seen;
            else if (
              await seen.then(
                () => true,
                () => false,
              )
            )
              break;
          }
        });
      });

    it(COLUMNS.wrong.title, async () => {
      const data = project.read("src/data.ts");
      project.write({ "src/data.ts": withWrongMark(data) });
      const failed = await command(tool.check ?? build ?? (run as Command));
      project.write({ "src/data.ts": data });
      expect(failed.code, failed.output).not.toBe(0);
      const output = stripVTControlCharacters(failed.output);
      expect(output).toMatch(/CACHET1008/);
      expect(output).toMatch(new RegExp(`data\\.ts[:(\\s]*.?${WRONG_LINE}[:,]|\\b${WRONG_LINE}:\\d`));
    });
  });
}

const isCommand = (run: Command | Served): run is Command => Array.isArray(run);

async function withServer<T>(
  { root }: Project,
  { command }: Served,
  env: Record<string, string> | undefined,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const server = new Server(root, command, env);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
