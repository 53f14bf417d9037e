import { digest, serialize } from "./3-hash.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Answer, LinkContext, Request } from "./interim.ts";
import type { Scopes } from "./scope.ts";
import type { CachedFunction, Source, TypeScript } from "./types.ts";

export function* hashFunctions(
  api: TypeScript,
  _source: Source,
  _scopes: Scopes,
  functions: CachedFunction[],
  _links: LinkContext,
  _diagnostics: Diagnostics,
): Generator<Request, void, Answer> {
  for (const fn of functions)
    fn.hash = digest(`${serialize(api, fn.node)}${fn.version === undefined ? "" : JSON.stringify(fn.version)}`);
}
