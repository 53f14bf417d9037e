import { state } from "../../registry.ts";
import { planCopy } from "../../snapshot/copy-plan.ts";
import { ShapeInfo } from "../../snapshot/shape-info.ts";
import { takeSnapshot } from "../../snapshot/take-snapshot.ts";
import type { Kept } from "../cached-value.ts";
import type { FunctionEntries, Policy } from "../function-state.ts";

/** Data: the cache keeps a private copy of the value and makes one more for each caller, so nobody can reach it. */
export const dataPolicy: Policy = {
  kind: "data",
  keep(value, owner) {
    const shapeInfo = new ShapeInfo();
    const snapshot = takeSnapshot(value, owner.name, state.settings.codecs, shapeInfo);
    return { value: snapshot, give: giverTo(owner, snapshot, shapeInfo), bytes: shapeInfo.bytes, shapeInfo };
  },
  adopt: (snapshot, shapeInfo, owner) => ({ give: giverTo(owner, snapshot, shapeInfo) }),
};

/** Large values get prefetched copies, whose code is loaded only then. */
function giverTo(owner: FunctionEntries, snapshot: unknown, shapeInfo: ShapeInfo): Kept["give"] {
  const copy = planCopy(snapshot, shapeInfo);
  if (copy === undefined || !shapeInfo.hasLarge) return copy;
  // Without them a copy only takes longer.
  import("../../snapshot/copy-ahead.ts").then(
    ({ PrefetchedCopies }) => (state.prefetched ??= new PrefetchedCopies(state)),
    () => {},
  );
  return (kept) => state.prefetched?.give(owner, kept as object, copy) ?? copy(kept);
}
