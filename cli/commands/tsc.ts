import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTypeScript } from "#typescript";
import { rewriteEmitted } from "../../transformer/adapters/post-emit.ts";
import type { ParsedPlan } from "../../transformer/pipeline.ts";
import type { Diagnostic } from "../../transformer/types.ts";
import { type Command, ExitCode } from "../command.ts";
import { Project } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import { type Compiler, findCompiler, runCompiler, watchCompiler } from "../tsc/compiler.ts";
import { printDiagnostic } from "../tsc/diagnostics.ts";
import { outputOf, type Plain, PlainOutputs } from "../tsc/outputs.ts";
import { type Request, readRequest } from "../tsc/request.ts";
import type { FileGroup } from "../tsconfig.ts";

const tsc: Command = {
  usage: "tsc [options of tsc]",
  help: `Runs the project's own tsc and caches the functions in what it wrote. For TypeScript 7, which loads no plugins; takes
every option of tsc: -p, -b, --watch, --incremental, --noEmit and the others. Function ids, code hashes and what is
said of wrong marks are those of tspc.

Exit codes: those of tsc · where only a mark is wrong 2, or 1 with noEmitOnError.`,
  options: {},
  isPassedThrough: true,
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  async run({ positionals: args, cwd }, terminal) {
    const compiler = findCompiler(cwd);
    const request = readRequest(loadTypeScript(), args, cwd);
    if (request.isInformation) return (await runCompiler(compiler, args, cwd)) as ExitCode;
    return (await (request.watches ? watch : compile)(compiler, request, args, cwd, terminal)) as ExitCode;
  },
};

export default tsc;

async function compile(
  compiler: Compiler,
  request: Request,
  args: readonly string[],
  cwd: string,
  terminal: Terminal,
): Promise<number> {
  const pass = new Pass(compiler, request, cwd, terminal);
  const stops = pass.hasErrors && pass.stopsOnErrors;
  const code = await runCompiler(compiler, stops ? [...args, "--noEmit"] : args, cwd);
  let stale = stops ? [] : pass.rewrite();
  if (stale.length > 0) {
    // What was cached by a run that left no record: the compiler thinks that it is up to date.
    await again(compiler, request, args, cwd);
    stale = pass.rewrite();
  }
  for (const output of stale)
    terminal.complain(`${output} was cached before and tsc doesn't write it again: delete it.`);
  pass.printErrors();
  if (stale.length > 0) return code || ExitCode.failed;
  return code || (pass.hasErrors ? (stops ? ExitCode.found : ExitCode.failed) : ExitCode.ok);
}

/** Makes the compiler write everything. */
async function again(compiler: Compiler, { builds }: Request, args: readonly string[], cwd: string): Promise<void> {
  const info = join(tmpdir(), `cachet-${process.pid}.tsbuildinfo`);
  try {
    await runCompiler(compiler, [...args, ...(builds ? ["--force"] : ["--tsBuildInfoFile", info])], cwd);
  } finally {
    rmSync(info, { force: true });
  }
}

async function watch(
  compiler: Compiler,
  request: Request,
  args: readonly string[],
  cwd: string,
  terminal: Terminal,
): Promise<number> {
  const color = process.stdout.isTTY && !request.choosesColor ? ["--pretty"] : [];
  return await watchCompiler(compiler, [...args, ...color], cwd, () => {
    try {
      const pass = new Pass(compiler, request, cwd, terminal);
      pass.rewrite();
      pass.printErrors();
    } catch (error) {
      // Half of an edit, as of a tsconfig: the compiler has said what is wrong with it.
      terminal.complain((error as Error).message);
    }
  });
}

interface Planned {
  project: Project;
  group: FileGroup;
  file: string;
  plan: ParsedPlan;
}

/** Everything that has marks, as it is now. */
class Pass {
  readonly #compiler: Compiler;
  readonly #cwd: string;
  readonly #terminal: Terminal;
  readonly #planned: Planned[] = [];
  readonly #dropped: { plan: ParsedPlan; diagnostics: Diagnostic[] }[] = [];

  constructor(compiler: Compiler, request: Request, cwd: string, terminal: Terminal) {
    this.#compiler = compiler;
    this.#cwd = cwd;
    this.#terminal = terminal;
    const seen = new Set<string>();
    for (const configuration of request.configurations()) {
      const project = new Project(cwd, configuration);
      for (const file of project.files.filter((one) => !seen.has(one))) {
        seen.add(file);
        const plan = project.plan(file);
        const group = project.groupOf(file);
        // What can't be parsed is the compiler's to report.
        if (plan === undefined || typeof plan === "string" || !group) continue;
        this.#planned.push({ project, group, file, plan });
      }
    }
    for (const { plan } of this.#planned) this.#print(plan, plan.diagnostics, "warning");
  }

  get hasErrors(): boolean {
    const isError = ({ severity }: Diagnostic) => severity === "error";
    return this.#dropped.length > 0 || this.#planned.some(({ plan }) => plan.diagnostics.some(isError));
  }

  /** Whether a compiler would write nothing. */
  get stopsOnErrors(): boolean {
    return this.#planned.some(({ group }) => group.options.noEmitOnError);
  }

  printErrors(): void {
    for (const { plan } of this.#planned) this.#print(plan, plan.diagnostics, "error");
    for (const { plan, diagnostics } of this.#dropped) this.#print(plan, diagnostics, "error");
  }

  /** Caches what the compiler wrote. Gives back the outputs that it must write again first. */
  rewrite(): string[] {
    const outputs = new PlainOutputs(this.#cwd);
    this.#dropped.length = 0;
    return this.#planned.flatMap(({ project, group, file, plan }) => {
      const output = outputOf(project.api, file, group, project.files, this.#compiler.major);
      if (output === undefined || !existsSync(output)) return [];
      const plain = outputs.of(output);
      if (plain === undefined) return [output];
      this.#rewriteOne(project, group, plan, output, plain, outputs);
      return [];
    });
  }

  #rewriteOne(
    { api }: Project,
    { options }: FileGroup,
    plan: ParsedPlan,
    output: string,
    plain: Plain,
    outputs: PlainOutputs,
  ): void {
    const emitted = { fileName: output, ...plain };
    const { code, map, diagnostics } = rewriteEmitted(api, plan, emitted, options);
    if (diagnostics.length > 0) this.#dropped.push({ plan, diagnostics });
    outputs.replace(output, plain, code, map ? JSON.stringify(map) : plain.map);
  }

  #print(plan: ParsedPlan, diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): void {
    for (const one of diagnostics) {
      if (one.severity === severity) printDiagnostic(loadTypeScript(), plan, one, this.#cwd, this.#terminal);
    }
  }
}
