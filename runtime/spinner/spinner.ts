import { state } from "../registry.ts";
import type { ShowSpinner, Spinner, SpinnerSubject, StartSpinner } from "./spinner-types.ts";

/** Loads what shows a spinner, and the environment's own spinner if none is `given`. */
export type LoadSpinner = (given: Spinner | undefined) => Promise<[ShowSpinner, Spinner | undefined]>;

/** Shorter runs show nothing. */
const DELAY = 200;

/**
 * See `StartSpinner`. A synchronous body lets no timer through, so its spinner is shown at once or not at all: if the mark
 * asks for one or if the last run was a long one.
 *
 * An environment hands in how it shows one: `line` for a synchronous body, if it can show anything meanwhile; `load` what shows a
 * spinner, and the spinner of its own, when the first is to be seen.
 */
export function spinnerOf(line: () => Spinner | undefined, load: LoadSpinner): StartSpinner {
  return (subject, hasArgs) => {
    const { showSpinner } = subject.options;
    const { settings, features } = state;
    if (showSpinner === false || settings.spinner === false) return undefined;
    if (subject.definition.async === true) return startLater(load, subject, hasArgs);
    const show = features.showSpinner;
    if (show === undefined || !(showSpinner !== undefined || subject.lastCost >= DELAY)) return undefined;
    const spinner = settings.spinner ?? line();
    return spinner && show(spinner, subject, hasArgs, Date.now(), warn);
  };
}

function startLater(load: LoadSpinner, subject: SpinnerSubject, hasArgs: boolean): () => void {
  const started = Date.now();
  let hasEnded = false;
  let hide: (() => void) | undefined;
  const begin = (show: ShowSpinner, spinner: Spinner | false | undefined) => {
    if (spinner && !hasEnded) hide = show(spinner, subject, hasArgs, started, warn);
  };
  const timer: unknown = setTimeout(() => {
    const { settings, features } = state;
    const show = features.showSpinner;
    if (show !== undefined && settings.spinner !== undefined) begin(show, settings.spinner);
    else if (settings.spinner !== false)
      // What cannot be loaded cannot be shown; the call goes on.
      load(settings.spinner)
        .then((loaded) => begin(...loaded))
        .catch(() => {});
  }, DELAY);
  (timer as { unref?: () => void }).unref?.();
  return () => {
    hasEnded = true;
    clearTimeout(timer as number);
    hide?.();
  };
}

const warn = (message: string) => state.settings.onWarning(message);
