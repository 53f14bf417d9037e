import { isDirectPart } from "../../key/direct-parts.ts";
import { install, knownCodecs, state } from "../../registry.ts";
import { planCopy } from "../../snapshot/copy-plan.ts";
import { entryBytes, leafBytes } from "../../snapshot/memory-cost.ts";
import { ShapeInfo } from "../../snapshot/shape-info.ts";
import { takeSnapshot } from "../../snapshot/take-snapshot.ts";
import type { CachedFunction, CachedValue, Policy } from "../types.ts";

/** Data: the cache keeps a private copy of the value and makes one more for each caller, so nobody can reach it. */
export const dataPolicy: Policy = {
  kind: "data",
  entryBytes,
  snapshot(value, owner) {
    // Nothing of a primitive can be changed, and its encoding needs to know nothing.
    if (isDirectPart(value)) return { value, clone: undefined, bytes: leafBytes(value) };
    const shapeInfo = new ShapeInfo();
    const snapshot = takeSnapshot(value, owner.name, knownCodecs(), shapeInfo);
    return { value: snapshot, clone: clonerFor(owner, snapshot, shapeInfo), bytes: shapeInfo.bytes, shapeInfo };
  },
  restore: (snapshot, shapeInfo, owner) => ({ clone: clonerFor(owner, snapshot, shapeInfo) }),
};

/** Large values get prefetched copies, whose code is loaded only then. */
function clonerFor(owner: CachedFunction, snapshot: unknown, shapeInfo: ShapeInfo): CachedValue["clone"] {
  const copy = planCopy(snapshot, shapeInfo);
  if (copy === undefined || !shapeInfo.hasLarge) return copy;
  // Without them a copy only takes longer.
  import("../../snapshot/copy-ahead.ts").then(
    ({ PrefetchedCopies }) => {
      if (state.features.prefetchedCopies === undefined) install({ prefetchedCopies: new PrefetchedCopies(state) });
    },
    () => {},
  );
  return (kept) => state.features.prefetchedCopies?.give(owner, kept as object, copy) ?? copy(kept);
}
