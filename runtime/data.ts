import { clearStores } from "./clear-stores.ts";
import { keep } from "./copy.ts";
import { giverOf } from "./copy-plan.ts";
import { Survey } from "./copy-survey.ts";
import type { Policy } from "./function-entries.ts";
import { state } from "./state.ts";

/** Data: the cache keeps a private copy of the value and makes one more for each caller, so nobody can reach it. */
export const dataPolicy: Policy = {
  kind: "data",
  keep(value, owner) {
    const survey = new Survey();
    const snapshot = keep(value, owner.name, state.settings.codecs, survey);
    return { value: snapshot, give: giverOf(snapshot, survey), bytes: survey.bytes };
  },
  adopt: (snapshot, survey) => ({ give: giverOf(snapshot, survey) }),
  clearStores,
};
