import { give, keep, type Survey } from "./copy.ts";
import { clearStores, createPersistence } from "./durable.ts";
import type { Policy } from "./function-entries.ts";
import { state } from "./state.ts";

/** Data: the cache keeps a private copy of the value and makes one more for each caller, so nobody can reach it. */
export const dataPolicy: Policy = {
  kind: "data",
  keep(value, owner) {
    const survey: Survey = { bytes: 0, plain: true };
    const snapshot = keep(value, owner.name, state.settings.codecs, survey);
    const isObject = typeof snapshot === "object" && snapshot !== null;
    return { value: snapshot, give: isObject ? give : undefined, bytes: survey.bytes };
  },
  persistence: createPersistence,
  clearStores,
};
