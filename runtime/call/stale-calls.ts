import { shared } from "../registry.ts";
import type { Entry } from "./types.ts";

/** Calls, by their list of arguments, that were answered by a stale entry: `observed` tells so. */
export const staleCalls = /* @__PURE__ */ shared("staleCalls", () => new WeakMap<readonly unknown[], Entry>());
