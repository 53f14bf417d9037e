import remapping, { type SourceMapInput } from "@jridgewell/remapping";
import type { TransformResult } from "../index.ts";

export type SourceMap = NonNullable<TransformResult["map"]>;

/** Code with its source map inside, for tools that take code alone. */
export function withInlineMap(code: string, map: object | null): string {
  if (map === null) return code;
  const text = Buffer.from(JSON.stringify(map)).toString("base64");
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${text}`;
}

const INLINE = /\n?\/\/# sourceMappingURL=data:application\/json;[^,\n]*base64,([\w+/=]+)\s*$/;

/** Code without the source map inside it, and that map. */
export function splitInlineMap(code: string): { code: string; map: object | null } {
  const found = INLINE.exec(code);
  if (!found) return { code, map: null };
  return { code: code.slice(0, found.index), map: JSON.parse(Buffer.from(found[1] as string, "base64").toString()) };
}

/** The map of a later step, made to lead to what the transform was given. */
export function composeMaps(later: object, transformed: object): object {
  return { ...remapping([later, plain(transformed)] as SourceMapInput[], () => null) };
}

/** Maps are handed on as plain data: some tools clone them. */
export function plain(map: object): SourceMap {
  return JSON.parse(JSON.stringify(map));
}
