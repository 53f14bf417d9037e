/** What a spinner is told. */
export interface SpinnerInfo {
  /** Function name. */
  name: string;
  /** False for a call without arguments. */
  hasArgs: boolean;
  /**
   * The line to show: `Running load(...)` or the text given in the mark; `12 of 100` where several calls run at once or `warm` makes
   * them; the elapsed seconds for `showTime`.
   */
  text: string;
}

/** A spinner on show. */
export interface SpinnerHandle {
  /** A new text, as time goes on and calls are done. */
  update(text: string): void;
  /** Called exactly once, when the body ends, also by an error. */
  hide(): void;
}

/** Shows that a function is running; `configure({ spinner })` puts another one in place. */
export interface Spinner {
  show(info: SpinnerInfo): SpinnerHandle;
}

/** What a spinner needs to know of a function. */
export interface SpinnerSubject {
  readonly name: string;
  readonly options: { showSpinner: boolean | string | undefined; showTime: boolean | undefined };
  readonly definition: { async?: boolean };
  /** Milliseconds the last run took. */
  readonly lastCost: number;
  /** How far many calls have come, where the line is about all of them. */
  readonly progress?: () => string;
  /** The function that those calls are of: its runs get no line of their own meanwhile. */
  readonly together?: SpinnerSubject;
}

/** Shows a spinner for a function that runs since `started`; returns what hides it again. `warn` hears of its failures. */
export type ShowSpinner = (
  spinner: Spinner,
  subject: SpinnerSubject,
  hasArgs: boolean,
  started: number,
  warn: (message: string) => void,
) => () => void;

/** Starts the spinner of a run, which appears once the run has taken a while; returns what ends it. */
export type StartSpinner = (subject: SpinnerSubject, hasArgs: boolean) => (() => void) | undefined;
