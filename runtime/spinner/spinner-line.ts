import type { ShowSpinner, SpinnerHandle, SpinnerSubject } from "./spinner-types.ts";

/** Shows a spinner, with its text and, for `showTime`, the elapsed seconds. A failing one must not fail the call it tells of. */
export const showSpinner: ShowSpinner = (spinner, subject, hasArgs, started, warn) => {
  const guarded = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      warn(`cachet: the spinner failed: ${String(error)}`);
    }
  };
  const { name, options } = subject;
  const text = () => lineFor(subject, hasArgs, started);
  let handle: SpinnerHandle | undefined;
  guarded(() => {
    handle = spinner.show({ name, hasArgs, text: text() });
  });
  if (handle === undefined) return () => {};
  const timer: unknown = options.showTime ? setInterval(() => guarded(() => handle?.update(text())), 100) : undefined;
  (timer as { unref?: () => void } | undefined)?.unref?.();
  return () => {
    clearInterval(timer as number);
    guarded(() => handle?.hide());
  };
};

function lineFor({ name, options }: SpinnerSubject, hasArgs: boolean, started: number): string {
  const given = typeof options.showSpinner === "string" ? dedent(options.showSpinner) : "";
  const text = given || `Running ${name}(${hasArgs ? "..." : ""})`;
  return options.showTime ? `${text} ${((Date.now() - started) / 1000).toFixed(1)}s` : text;
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
