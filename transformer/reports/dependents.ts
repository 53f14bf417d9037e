import type { Dependent } from "../3-hash/graph/outside-changes.ts";
import { toPosix } from "../syntax/paths.ts";
import type { FunctionReport } from "../types.ts";

/** The cached functions of a file, as far as code that they don't reach may change something that they do. */
export function dependentsIn(file: string, { functions }: { functions: readonly FunctionReport[] }): Dependent[] {
  return functions.map(({ name, dependencies, changeable }) => ({
    name,
    files: new Set([toPosix(file), ...dependencies]),
    changeable: new Set(changeable),
  }));
}
