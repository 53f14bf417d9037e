import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import type { EngineResult } from "../engine/engine.ts";
import { restorePositions } from "../engine/tree-positions.ts";

interface BabelTransformer {
  transform(args: { src: string }): Made | Promise<Made>;
}
interface Made {
  ast?: object;
}

/** One module on its way through Metro's transform worker. */
export interface MetroTransform {
  result: EngineResult;
  /** The Babel transformer of the project. */
  babelTransformerPath: string;
}

const transforms = new AsyncLocalStorage<MetroTransform>();

/** Does something in which this file is the Babel transformer of one module. */
export function runTransform<T>(transform: MetroTransform, action: () => T): T {
  return transforms.run(transform, action);
}

/** What Metro's worker calls for a module with marks: the project's own compiles the transformed text. */
export async function transform(args: { src: string }): Promise<Made> {
  const { result, babelTransformerPath } = transforms.getStore() as MetroTransform;
  const inner: BabelTransformer = createRequire(import.meta.url)(babelTransformerPath);
  const made = await inner.transform({ ...args, src: result.code });
  if (made.ast && result.map) restorePositions(made.ast, result.map);
  return made;
}
