import type { Session } from "./3-hash/graph/build-session.ts";
import { loadModule } from "./3-hash/graph/modules.ts";
import { changesFromOutside, type Dependent } from "./3-hash/graph/outside-changes.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Asking } from "./host-requests.ts";
import type { TransformResult } from "./index.ts";
import { toPosix } from "./syntax/paths.ts";

const NOTHING: TransformResult = { code: "", map: null, diagnostics: [], functions: [], dependencies: [] };

/** Warns of what a file that no mark stands in does to what cached functions of other files reach. */
export function* outsideWarnings(
  session: Session,
  fileName: string,
  dependents: readonly Dependent[],
): Asking<TransformResult> {
  const file = toPosix(fileName);
  const module = yield* loadModule(session, file, file);
  if (!module) return NOTHING;
  const { warnings, files } = yield* changesFromOutside(session, module, dependents);
  const diagnostics = new Diagnostics(module.sourceFile, fileName);
  for (const warning of warnings) diagnostics.add(warning);
  return { ...NOTHING, diagnostics: diagnostics.list, dependencies: files.filter((one) => one !== file) };
}
