import { loadSpinner, showLine } from "#platform";
import { state } from "./state.ts";

/** What a spinner is told. */
export interface SpinnerInfo {
  /** Function name. */
  name: string;
  /** False for a call without arguments. */
  hasArgs: boolean;
  /** The line to show: `Running load(...)` or the text given in the mark, with the elapsed seconds for `showTime`. */
  text: string;
}

/** A spinner on show. */
export interface SpinnerHandle {
  /** A new text, as the elapsed seconds go on. */
  update(text: string): void;
  /** Called exactly once, when the body ends, also by an error. */
  hide(): void;
}

/** Shows that a function is running; `configure({ spinner })` puts another one in place. */
export interface Spinner {
  show(info: SpinnerInfo): SpinnerHandle;
}

/** What the spinner needs to know of a function. */
interface Watched {
  readonly name: string;
  readonly options: { showSpinner: boolean | string; showTime: boolean; spinnerGiven: boolean };
  readonly definition: { async?: boolean };
  /** Milliseconds the last run took. */
  readonly lastCost: number;
}

/** Shorter runs show nothing. */
const PATIENCE = 200;

/**
 * Shows that a body runs, once it has taken a while; returns what ends it. A synchronous body lets no timer through, so
 * its spinner is shown at once or not at all: where the mark asks for one or where the last run was a long one.
 */
export function watch(owner: Watched, hasArgs: boolean): (() => void) | undefined {
  const { showSpinner, spinnerGiven } = owner.options;
  const { spinner } = state.settings;
  if (showSpinner === false || spinner === false) return undefined;
  const show = new Showing(owner, hasArgs);
  if (owner.definition.async === true) show.later(PATIENCE);
  else if (spinnerGiven || owner.lastCost >= PATIENCE) show.now();
  else return undefined;
  return () => show.end();
}

/** One spinner, from the wait before it appears to its end. */
class Showing {
  private readonly owner: Watched;
  private readonly hasArgs: boolean;
  private readonly started = Date.now();
  private handle: SpinnerHandle | undefined;
  private timer: unknown;
  private ended = false;

  constructor(owner: Watched, hasArgs: boolean) {
    this.owner = owner;
    this.hasArgs = hasArgs;
  }

  later(delay: number): void {
    this.timer = setTimeout(() => {
      const { spinner } = state.settings;
      if (spinner) this.show(spinner);
      else if (spinner === undefined)
        loadSpinner().then(
          (loaded) => loaded && this.show(loaded),
          () => {},
        );
    }, delay);
    unref(this.timer);
  }

  now(): void {
    const { spinner } = state.settings;
    if (spinner) this.show(spinner);
    else this.handle = showLine(this.text());
  }

  private show(spinner: Spinner): void {
    if (this.ended) return;
    const { name, options } = this.owner;
    this.guarded(() => {
      this.handle = spinner.show({ name, hasArgs: this.hasArgs, text: this.text() });
    });
    if (!options.showTime || this.handle === undefined) return;
    this.timer = setInterval(() => this.guarded(() => this.handle?.update(this.text())), 100);
    unref(this.timer);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer as number);
    clearInterval(this.timer as number);
    this.guarded(() => this.handle?.hide());
  }

  private text(): string {
    const { name, options } = this.owner;
    const given = typeof options.showSpinner === "string" ? dedent(options.showSpinner) : "";
    const text = given || `Running ${name}(${this.hasArgs ? "..." : ""})`;
    return options.showTime ? `${text} ${((Date.now() - this.started) / 1000).toFixed(1)}s` : text;
  }

  /** A failing spinner must not fail the call it tells of. */
  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      state.settings.onWarning(`cachet: the spinner failed: ${String(error)}`);
    }
  }
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

function unref(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}
