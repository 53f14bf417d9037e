import type { Spinner } from "cachet";
import { Observable } from "./observable.ts";

/**
 * What runs at the moment, oldest first; the status line shows the last. Scripts and cached functions share the
 * methods that reach this, and no result depends on it.
 */
// cachet-allow-mutable
export const activity = new Observable<readonly { text: string }[]>([]);

/** Shows cachet's spinners in the status line, which is always there, so that nothing moves. */
export const statusSpinner: Spinner = {
  show({ text }) {
    const shown = { text };
    activity.set([...activity.value, shown]);
    return {
      update(next) {
        shown.text = next;
        activity.set([...activity.value]);
      },
      hide: () => activity.set(activity.value.filter((other) => other !== shown)),
    };
  },
};
