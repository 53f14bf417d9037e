import { declaresPromise } from "../../2-analyze/option-conflicts.ts";
import type { CachedFunction, SyntaxApi } from "../../types.ts";
import { isPlainType } from "./classes-in-types.ts";

/**
 * Whether callers may be handed a Response or a Request, whose body has to be read before it is kept. `fetches`: the function
 * reaches what makes them, or a package that may.
 */
export function mayGiveMessage(api: SyntaxApi, { kind, isAsync, node, options }: CachedFunction, fetches: boolean) {
  if (kind !== "data" || options.static["copy"] === "freeze" || !(isAsync || declaresPromise(node))) return false;
  const { type } = node;
  return /\b(?:Response|Request)\b/.test(type?.getText() ?? "") || (fetches && !(type && isPlainType(api, type)));
}
