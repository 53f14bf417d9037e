import { lineSpinner, loadShow, loadSpinner, showAtHand } from "#platform";
import { state } from "../registry.ts";

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

/** Puts a spinner on show for a function that runs since `started`; returns what takes it away again. `warn` hears of its failures. */
export type Show = (
  spinner: Spinner,
  owner: Watched,
  hasArgs: boolean,
  started: number,
  warn: (message: string) => void,
) => () => void;

/** Shows that a body runs, once it has taken a while; returns what ends it. */
export type Watch = (owner: Watched, hasArgs: boolean) => (() => void) | undefined;

/** What the spinner needs to know of a function. */
export interface Watched {
  readonly name: string;
  readonly options: { showSpinner: boolean | string | undefined; showTime: boolean | undefined };
  readonly definition: { async?: boolean };
  /** Milliseconds the last run took. */
  readonly lastCost: number;
}

/** Shorter runs show nothing. */
const PATIENCE = 200;

/**
 * See `Watch`. A synchronous body lets no timer through, so its spinner is shown at once or not at all: where the mark
 * asks for one or where the last run was a long one.
 */
export function watch(owner: Watched, hasArgs: boolean): (() => void) | undefined {
  const { showSpinner } = owner.options;
  const { settings } = state;
  if (showSpinner === false || settings.spinner === false) return undefined;
  if (owner.definition.async === true) return watchLater(owner, hasArgs);
  const show = state.show ?? showAtHand();
  if (show === undefined || !(showSpinner !== undefined || owner.lastCost >= PATIENCE)) return undefined;
  const spinner = settings.spinner ?? lineSpinner();
  return spinner && show(spinner, owner, hasArgs, Date.now(), warn);
}

function watchLater(owner: Watched, hasArgs: boolean): () => void {
  const started = Date.now();
  let hasEnded = false;
  let hide: (() => void) | undefined;
  const begin = (show: Show, spinner: Spinner | false | undefined) => {
    if (spinner && !hasEnded) hide = show(spinner, owner, hasArgs, started, warn);
  };
  const timer: unknown = setTimeout(() => {
    const { settings } = state;
    const show = state.show ?? showAtHand();
    if (show !== undefined && settings.spinner !== undefined) begin(show, settings.spinner);
    else if (settings.spinner !== false)
      // What cannot be loaded cannot be shown; the call goes on.
      Promise.all([loadShow(), settings.spinner ?? loadSpinner()])
        .then((loaded) => begin(...loaded))
        .catch(() => {});
  }, PATIENCE);
  (timer as { unref?: () => void }).unref?.();
  return () => {
    hasEnded = true;
    clearTimeout(timer as number);
    hide?.();
  };
}

const warn = (message: string) => state.settings.onWarning(message);
