import type { ShowSpinner, SpinnerHandle, SpinnerSubject } from "./spinner-types.ts";

/** What is on show for a function: one line, however many of its calls run at once. */
interface Line {
  /** Runs that the line stands for, and those of them that have ended. */
  total: number;
  done: number;
  /** Has the line follow what it tells. */
  follow(): void;
  hide(): void;
}

/** By function; two lines of one function would write over each other. */
const lines = new Map<SpinnerSubject, Line>();

/** How often a line says how far things are, in milliseconds. */
const PACE = 100;

/**
 * Shows a spinner, with its text and, for `showTime`, the elapsed seconds; where several calls of a function run at once, how many of
 * them are done. A failing one must not fail the call it tells of.
 */
export const showSpinner: ShowSpinner = (spinner, subject, hasArgs, started, warn) => {
  const { name, options, together = subject, progress } = subject;
  const shown = lines.get(together);
  if (shown !== undefined) return join(shown);
  const guarded = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      warn(`cachet: the spinner failed: ${String(error)}`);
    }
  };
  const text = () => textFor(subject, hasArgs, started, progress ? progress() : progressOf(line));
  let handle: SpinnerHandle | undefined;
  let timer: unknown;
  const line: Line = {
    total: 1,
    done: 0,
    follow() {
      timer ??= setInterval(() => guarded(() => handle?.update(text())), PACE);
      (timer as { unref?: () => void }).unref?.();
    },
    hide() {
      lines.delete(together);
      clearInterval(timer as number);
      guarded(() => handle?.hide());
    },
  };
  guarded(() => {
    handle = spinner.show({ name, hasArgs, text: text() });
  });
  if (handle === undefined) return () => {};
  lines.set(together, line);
  if (options.showTime || progress) line.follow();
  return progress ? line.hide : () => endOne(line);
};

/** Counts one more run in a line that is there. */
function join(line: Line): () => void {
  line.total++;
  line.follow();
  return () => endOne(line);
}

function endOne(line: Line): void {
  line.done++;
  if (line.done === line.total) line.hide();
}

const progressOf = ({ done, total }: Line): string => (total > 1 ? `${done} of ${total}` : "");

function textFor({ name, options }: SpinnerSubject, hasArgs: boolean, started: number, progress: string): string {
  const given = typeof options.showSpinner === "string" ? dedent(options.showSpinner) : "";
  const text = given || `Running ${name}(${hasArgs ? "..." : ""})`;
  const seconds = options.showTime ? `${((Date.now() - started) / 1000).toFixed(1)}s` : "";
  return [text, progress, seconds].filter((part) => part !== "").join(" ");
}

/** Without the margin that a text in an indented comment has. */
function dedent(text: string): string {
  const lines = text.split("\n");
  const margins = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...margins);
  return lines
    .map((line) => line.slice(Number.isFinite(margin) ? Math.min(margin, line.length) : 0))
    .join("\n")
    .trim();
}
