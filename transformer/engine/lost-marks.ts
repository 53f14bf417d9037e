import { mayHaveMark } from "../1-marks/find-marks.ts";
import { mayHoldEmitted } from "../4-rewrite/recognise.ts";
import type { Diagnostic } from "../types.ts";
import { loadTransform } from "./load-transform.ts";
import { readOrUndefined } from "./resolve-file.ts";

/** A module as it left all plugins of a bundler. */
export interface BuiltModule {
  id: string;
  code: string | null;
  /** How many functions of it were cached, if it was transformed. */
  cached: number | undefined;
}

/** The first mark of a file that another plugin removed before the transform saw it. */
export function findLostMark({ id, code, cached }: BuiltModule): Diagnostic | undefined {
  if (id.includes("?") || id.startsWith("\0")) return undefined;
  const text = readOrUndefined(id)?.toString();
  if (text === undefined || !mayHaveMark(text)) return undefined;
  // What is transformed already, as by a compiler that carries the tsconfig plugin, keeps no mark of its own.
  if (cached === undefined && mayHoldEmitted(code ?? "")) return undefined;
  const { findLostMarks, loadTypeScript } = loadTransform();
  return findLostMarks(loadTypeScript(), id, text, { cached: cached ?? 0, code: code ?? "" })[0];
}
