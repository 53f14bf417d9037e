import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Arguments, type Command, CommandError, ExitCode } from "./command.ts";
import { suggest } from "./nearest.ts";
import type { Terminal } from "./terminal.ts";

interface Listed {
  summary: string;
  /** Loaded when it is needed: `cachet --version` must not wait for a compiler. */
  load: () => Promise<{ default: Command }>;
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  init: { summary: "add the plugin to the tools that the project uses", load: () => import("./commands/init.ts") },
  doctor: {
    summary: "which tools in use carry no plugin, and the line to add",
    load: () => import("./commands/doctor.ts"),
  },
  tsc: {
    summary: "the project's own tsc, and the functions in what it wrote cached: for TypeScript 7",
    load: () => import("./commands/tsc.ts"),
  },
  list: {
    summary: "the cached functions: id, kind, code hash, options, place",
    load: () => import("./commands/list.ts"),
  },
  explain: { summary: "what a function's code hash covers, as a tree", load: () => import("./commands/explain.ts") },
  diff: {
    summary: "which functions go cold since a git ref, and what is to blame",
    load: () => import("./commands/diff.ts"),
  },
  check: { summary: "marks in built code that no transform has seen", load: () => import("./commands/check.ts") },
  lsp: { summary: "the language server for marks, for any editor", load: () => import("./commands/lsp.ts") },
  show: { summary: "a stored entry, or a recording, as people read it", load: () => import("./commands/show.ts") },
  top: { summary: "the caches of a running program, live", load: () => import("./commands/top.ts") },
  stats: { summary: "what the disk store holds", load: () => import("./commands/stats.ts") },
  clear: { summary: "remove entries from disk, of one function or all", load: () => import("./commands/clear.ts") },
  prune: { summary: "remove what nobody needs any more from disk", load: () => import("./commands/prune.ts") },
};

/** Runs one command line, as if started in `cwd`, and says how it ended. Never throws. */
export async function main(argv: readonly string[], terminal: Terminal, cwd = process.cwd()): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal, cwd);
  } catch (error) {
    reportFailure(error, terminal);
    return ExitCode.failed;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal, cwd: string): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    terminal.complain(overview());
    return ExitCode.failed;
  }
  if (name === "--version" || name === "-v") {
    terminal.print(version());
    return ExitCode.ok;
  }
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    terminal.print(overview());
    return ExitCode.ok;
  }
  if (name === "help") return dispatch([rest[0] as string, "--help"], terminal, cwd);
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!listed) {
    const what = name.startsWith("-") ? "option" : "command";
    throw new CommandError(
      `There is no ${what} '${name}'.`,
      suggest(name, Object.keys(COMMANDS)) ?? "See cachet --help.",
    );
  }
  const { default: command } = await listed.load();
  const args = readArguments(name, command, rest, cwd);
  if (args === "help") {
    terminal.print(`Usage: cachet ${command.usage}\n\n${command.help}`);
    return ExitCode.ok;
  }
  return command.run(args, terminal);
}

function readArguments(name: string, command: Command, rest: readonly string[], cwd: string): Arguments | "help" {
  if (command.isPassedThrough) {
    const asksForHelp = rest.length === 1 && /^(?:--help|-h)$/.test(rest[0] as string);
    return asksForHelp ? "help" : { positionals: [...rest], flags: {}, cwd };
  }
  const parsed = parse(name, command, rest);
  if (parsed.values["help"]) return "help";
  const { positionals } = parsed;
  const { least, most } = command.takes;
  if (positionals.length < least || positionals.length > most) {
    const problem = positionals.length < least ? "needs more arguments" : `has no use for '${positionals[most]}'`;
    throw new CommandError(`cachet ${name} ${problem}.`, `Usage: cachet ${command.usage}`);
  }
  return { positionals, flags: parsed.values as Arguments["flags"], cwd };
}

function parse(name: string, command: Command, rest: readonly string[]) {
  const options = { ...command.options, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    const unknown = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? /'(-[^' ]+)/.exec(message)?.[1] : undefined;
    const known = Object.keys(options).map((option) => `--${option}`);
    const hint = unknown === undefined ? `Usage: cachet ${command.usage}` : suggest(unknown, known);
    const problem = message.replace(/\.? To specify a positional argument .*$/s, "").replace(/\.?$/, ".");
    throw new CommandError(problem, hint ?? `See cachet ${name} --help.`);
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: cachet <command> [options]

Commands:
${lines.join("\n")}

Options:
  -h, --help     this text; after a command, what that command takes and prints
  -v, --version  the version of cachet

Exit codes: 0 nothing to complain about · 1 something was found · 2 wrong usage or an error.
Colours follow NO_COLOR and FORCE_COLOR.`;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return manifest.version;
}

function reportFailure(error: unknown, terminal: Terminal): void {
  const isExpected = error instanceof CommandError;
  const message = isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.complain(`${terminal.paintComplaint("red", "error")} ${message}`);
  if (isExpected && error.hint) terminal.complain(error.hint);
}
