import { compile } from "./compile.ts";
import type { Answer } from "./compiler.ts";
import type { SourceText } from "./project.ts";

/** The few members of a worker's global scope that are used; its own types exclude those of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<readonly SourceText[]>) => void;
  postMessage(answer: Answer): void;
};

scope.onmessage = ({ data: files }) => {
  const started = performance.now();
  try {
    const compiled = compile(files);
    scope.postMessage({ type: "compiled", compiled, milliseconds: performance.now() - started });
  } catch (error) {
    scope.postMessage({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
scope.postMessage({ type: "ready" });
