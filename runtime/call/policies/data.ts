import { state } from "../../registry.ts";
import { giverOf } from "../../snapshot/copy-plan.ts";
import { Survey } from "../../snapshot/snapshot-facts.ts";
import { keep } from "../../snapshot/take-snapshot.ts";
import type { Kept } from "../cached-value.ts";
import type { FunctionEntries, Policy } from "../function-state.ts";

/** Data: the cache keeps a private copy of the value and makes one more for each caller, so nobody can reach it. */
export const dataPolicy: Policy = {
  kind: "data",
  keep(value, owner) {
    const survey = new Survey();
    const snapshot = keep(value, owner.name, state.settings.codecs, survey);
    return { value: snapshot, give: giverTo(owner, snapshot, survey), bytes: survey.bytes, survey };
  },
  adopt: (snapshot, survey, owner) => ({ give: giverTo(owner, snapshot, survey) }),
};

/** Large values get help from spares, which only then are loaded. */
function giverTo(owner: FunctionEntries, snapshot: unknown, survey: Survey): Kept["give"] {
  const copy = giverOf(snapshot, survey);
  if (copy === undefined || !survey.hasLarge) return copy;
  // Without spares a copy only takes longer.
  import("../../snapshot/copy-ahead.ts").then(
    ({ Spares }) => (state.spares ??= new Spares(state)),
    () => {},
  );
  return (kept) => state.spares?.give(owner, kept as object, copy) ?? copy(kept);
}
