import type { ParseArgsConfig } from "node:util";
import type { Terminal } from "./terminal.ts";

/** What the command tells its caller: every subcommand uses the same three. */
export const ExitCode = {
  /** Done, and nothing to complain about. */
  ok: 0,
  /** Done, and something was found: cold functions, untransformed or wrong marks. */
  found: 1,
  /** Not done: wrong usage, an unreadable file, a syntax error, a failing store. */
  failed: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with a message for people instead of a stack trace. */
export class CommandError extends Error {
  /** What to do about it, on a line of its own. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export interface Arguments {
  positionals: string[];
  flags: Record<string, string | boolean | undefined>;
  /** Where the command was started. */
  cwd: string;
}

/** One subcommand. */
export interface Command {
  /** `list [paths…]`. */
  usage: string;
  /** What it does, what it prints and which exit code says what; shown by `cachet <command> --help`. */
  help: string;
  options: NonNullable<ParseArgsConfig["options"]>;
  /** It hands everything behind its name on to another command: nothing of it is ours to check. */
  isPassedThrough?: true;
  /** How many positional arguments it takes. */
  takes: { least: number; most: number };
  run(args: Arguments, terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** The options of every command that looks at sources. */
export const projectOptions = {
  project: { type: "string", short: "p" },
  json: { type: "boolean" },
} satisfies Command["options"];

/** What help says about them. */
export const PROJECT_HELP = `  -p, --project <path>  the tsconfig.json to use, or its directory; by default the nearest one upwards
      --json            for machines: JSON on standard output`;
