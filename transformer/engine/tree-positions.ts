import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { plain, type SourceMap } from "./source-maps.ts";

type Position = { line: number; column: number };

/**
 * Gives Babel's tree of a transformed text the positions of the source, so that Babel's own maps and code frames speak
 * of that. No line has moved, so only columns are put back.
 */
export function restorePositions(tree: object, map: SourceMap): void {
  const trace = new TraceMap(plain(map) as ConstructorParameters<typeof TraceMap>[0]);
  const restore = (position: Position): void => {
    position.column = originalPositionFor(trace, position).column ?? position.column;
  };
  const seen = new Set<unknown>();
  const work: unknown[] = [tree];
  for (let node = work.pop(); work.length > 0 || node !== undefined; node = work.pop()) {
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    const { loc } = node as { loc?: { start: Position; end: Position } };
    if (loc?.start && !seen.has(loc)) {
      seen.add(loc);
      restore(loc.start);
      restore(loc.end);
    }
    work.push(...Object.values(node));
  }
}
