import type { Session } from "./3-hash/graph/build-session.ts";
import { loadModule } from "./3-hash/graph/modules.ts";
import { type Concerned, outsideChanges } from "./3-hash/graph/outside-changes.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Asking } from "./host-requests.ts";
import { toPosix } from "./syntax/paths.ts";
import type { Diagnostic } from "./types.ts";

/** A change with its place as people are told it. It is plain data, and holds for the file whatever else is known. */
export type DescribedChange = Diagnostic & Concerned;

/** What a file does to what other files declare, and the files that were looked at to find out. */
export function* describeOutside(
  session: Session,
  fileName: string,
): Asking<{ changes: DescribedChange[]; dependencies: string[] }> {
  const file = toPosix(fileName);
  const module = yield* loadModule(session, file, file);
  if (!module) return { changes: [], dependencies: [] };
  const { found, lookedAt } = yield* outsideChanges(session, module);
  const changes = found.map((change): DescribedChange => {
    const { list, add } = new Diagnostics(module.sourceFile, fileName);
    add(change);
    return list[0] as DescribedChange;
  });
  return { changes, dependencies: lookedAt.filter((one) => one !== file) };
}
