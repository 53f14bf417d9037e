import { UnstorableValueError } from "../../errors.ts";
import { knownCodecs } from "../../registry.ts";
import { freezeDeep } from "../../snapshot/freeze.ts";
import { entryBytes } from "../../snapshot/memory-cost.ts";
import { ShapeInfo } from "../../snapshot/shape-info.ts";
import { takeSnapshot } from "../../snapshot/take-snapshot.ts";
import type { Policy } from "../types.ts";

/**
 * Data under `copy: "freeze"`: one frozen copy for all callers, the first included. The value that the body made is left as it
 * is, since freezing it would reach into whatever else it refers to.
 */
export const frozenPolicy: Policy = {
  kind: "data",
  entryBytes,
  snapshot(value, owner) {
    const shapeInfo = new ShapeInfo();
    const snapshot = takeSnapshot(value, owner.name, knownCodecs(), shapeInfo);
    const found = freezeDeep(snapshot);
    if (found === undefined) return { value: snapshot, clone: undefined, bytes: shapeInfo.bytes };
    const hint =
      "Freezing does not protect what it holds. Return plain objects and arrays, or leave out `copy`, so that each caller gets a copy";
    throw new UnstorableValueError({ function: owner.name, path: `result${found.path}`, type: found.type, hint });
  },
  restore: (snapshot) => (freezeDeep(snapshot) === undefined ? { clone: undefined } : undefined),
};
