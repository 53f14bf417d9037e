/** What a spinner is told. */
export interface SpinnerInfo {
  /** Function name. */
  name: string;
  /** False for a call without arguments. */
  hasArgs: boolean;
  /** The line to show: `Running load(...)` or the text given in the mark. */
  text: string;
}

/** A spinner on show. */
export interface SpinnerHandle {
  /** A new text, with the elapsed seconds where `showTime` asks for them. */
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
  name: string;
  options: { showSpinner: boolean | string; showTime: boolean };
  definition: { async?: boolean };
}

/** Shows that a function runs, once it has taken a while. Returns what ends it. */
export function watch(_owner: Watched, _hasArgs: boolean): (() => void) | undefined {
  return undefined;
}
