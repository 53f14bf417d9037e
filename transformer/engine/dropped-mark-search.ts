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

/** Looks for marks that another plugin removed before the transform saw them. */
export class DroppedMarkSearch {
  /** Modules that the transform saw as they were written: of these nothing can be dropped. */
  readonly #whole = new Set<string>();

  /** The text of a module that the transform is handed. */
  noteSeen(id: string, code: string): void {
    if (readOrUndefined(id)?.toString() === code) this.#whole.add(id);
    else this.#whole.delete(id);
  }

  /** The first one of a module. */
  find({ id, code, cached }: BuiltModule): Diagnostic | undefined {
    if (this.#whole.has(id) || id.includes("?") || id.startsWith("\0")) return undefined;
    const text = readOrUndefined(id)?.toString();
    if (text === undefined || !mayHaveMark(text)) return undefined;
    // What is transformed already, as by a compiler that carries the tsconfig plugin, keeps no mark of its own.
    if (cached === undefined && mayHoldEmitted(code ?? "")) return undefined;
    const { findDroppedMarks, loadParser } = loadTransform();
    return findDroppedMarks(loadParser(), id, text, { cached: cached ?? 0, code: code ?? "" })[0];
  }
}
