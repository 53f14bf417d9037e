import { CallTimeoutError, InvalidOptionError } from "../errors.ts";
import type { Timeouts } from "../features.ts";
import { state } from "../registry.ts";
import { settleWithin } from "../settle-within.ts";
import { NEVER } from "./never.ts";
import { putAside } from "./outrun.ts";
import type { CachedFunction, Run } from "./types.ts";

const count = ({ figures }: CachedFunction): void => {
  figures.timeouts = (figures.timeouts ?? 0) + 1;
};

/** A run that goes on although nobody waits for it. */
function leaveBehind(result: Promise<unknown>): void {
  state.settings.waitUntil?.(result.catch(() => {}));
}

function limit(run: Run, result: Promise<unknown>): Promise<unknown> {
  const { owner, entry } = run;
  const hard = owner.options.timeout?.hard ?? NEVER;
  return settleWithin(result, hard * 1000, (_resolve, reject) => {
    const error = new CallTimeoutError(owner.name, hard);
    putAside(run);
    count(owner);
    owner.emit({ type: "timeout", limit: "hard" }, entry);
    leaveBehind(result);
    state.features.abort?.tell(run, error);
    reject(error);
  });
}

function soften(run: Run, result: Promise<unknown>, instead: () => unknown): Promise<unknown> {
  const { owner, entry } = run;
  return settleWithin(result, (owner.options.timeout?.soft ?? NEVER) * 1000, (resolve) => {
    // That its callers leave does not end it.
    run.isBackground = true;
    count(owner);
    owner.emit({ type: "timeout", limit: "soft" }, entry);
    leaveBehind(result);
    resolve(instead());
  });
}

function refuse(owner: CachedFunction): never {
  throw new InvalidOptionError(
    `${owner.name}(): invalid \`timeout\`: only callers who await a result can stop waiting for it. Make the function async`,
  );
}

/** For functions with `timeout`. */
export const timeout: Timeouts = { limit, soften, refuse };
