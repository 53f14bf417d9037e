import type { Policy } from "../function-state.ts";

/** Resources: every caller gets the live object itself, in this process only. */
export const resourcePolicy: Policy = {
  kind: "resource",
  keep: (value) => ({ value, give: undefined, bytes: 0 }),
  adopt: () => undefined,
};
