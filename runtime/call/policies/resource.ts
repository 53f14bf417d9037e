import type { Policy } from "../types.ts";

/** Resources: every caller gets the live object itself, in this process only. */
export const resourcePolicy: Policy = {
  kind: "resource",
  snapshot: (value) => ({ value, clone: undefined, bytes: 0 }),
  restore: () => undefined,
};
