import { type ComponentFile, readComponent } from "./1-marks/component.ts";
import { dialectOf } from "./1-marks/script-blocks.ts";
import { read, type Session, textOf } from "./3-hash/graph/build-session.ts";
import { loadModule, moduleOf } from "./3-hash/graph/modules.ts";
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
  const component = yield* componentIn(session, file);
  const module = component
    ? moduleOf(session.context.api, component.sourceFile)
    : yield* loadModule(session, file, file);
  if (!module) return { changes: [], dependencies: [] };
  const { found, lookedAt } = yield* outsideChanges(session, module);
  const changes = found.map((change): DescribedChange => {
    const { list, add } = new Diagnostics(module.sourceFile, fileName, component);
    add(change);
    return list[0] as DescribedChange;
  });
  return { changes, dependencies: lookedAt.filter((one) => one !== file) };
}

/** The scripts of a single-file component, as one. */
function* componentIn(session: Session, file: string): Asking<ComponentFile | undefined> {
  if (!dialectOf(file)) return undefined;
  const text = textOf(yield* read(session, file, file));
  return text === undefined ? undefined : readComponent(session.context.api, file, text);
}
