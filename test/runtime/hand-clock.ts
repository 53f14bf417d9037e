import { afterEach, beforeEach } from "vitest";
import { configure } from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import { handClock } from "./emitted.ts";

/** A clock that every test of a file begins anew, and that is put away with its limits and warnings. */
export function useHandClock() {
  const clock = handClock();
  beforeEach(() => {
    clock.ms = 0;
    configure({ clock });
  });
  afterEach(() => {
    configure({ clock: { now: () => performance.now(), wall: () => Date.now() }, maxBytes: Infinity });
    state.warned.clear();
  });
  return clock;
}
