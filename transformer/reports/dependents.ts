import { READER } from "../diagnostics.ts";
import type { DescribedChange } from "../outside-warnings.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic, FunctionReport } from "../types.ts";

/** A cached function, as far as code that it doesn't reach may change something that it does. */
export interface Dependent {
  name: string;
  /** The files that its hash covers, its own as well. */
  files: ReadonlySet<string>;
  changeable: ReadonlySet<string>;
}

export function dependentsIn(file: string, { functions }: { functions: readonly FunctionReport[] }): Dependent[] {
  return functions.map(({ name, dependencies, changeable }) => ({
    name,
    files: new Set([toPosix(file), ...dependencies]),
    changeable: new Set(changeable),
  }));
}

/** `Report.text` → `text` */
const memberName = (name: string): string => name.replace(/^.*\./, "");

/** The cached functions that don't reach a file: what it does can concern these only. */
export const outsideOf = (file: string, dependents: readonly Dependent[]): Dependent[] =>
  dependents.filter(({ files }) => !files.has(file));

/** Says of each change of a file which of the cached functions that don't reach the file it concerns: the first, once. */
export function warningsAbout(changes: readonly DescribedChange[], outside: readonly Dependent[]): Diagnostic[] {
  const said = new Set<string>();
  return changes.flatMap(({ what, names, files, unless, ...warning }) => {
    const concerns = ({ name, changeable, files: reached }: Dependent) =>
      !unless?.includes(memberName(name)) &&
      (!names || names.some((one) => changeable.has(one)) || files?.some((one) => reached.has(one)));
    const reader = names && said.has(what) ? undefined : outside.find(concerns);
    if (!reader) return [];
    said.add(what);
    return [{ ...warning, message: warning.message.replace(READER, () => reader.name) }];
  });
}
