import { compile } from "./compile.ts";
import type { Answer, Question } from "./compiler.ts";

/** The few members of a worker's global scope that are used; its own types exclude those of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(answer: Answer): void;
};

scope.onmessage = ({ data: { number, files } }) => {
  const started = performance.now();
  try {
    const compiled = compile(files);
    scope.postMessage({ type: "compiled", number, compiled, milliseconds: performance.now() - started });
  } catch (error) {
    scope.postMessage({ type: "failed", number, message: error instanceof Error ? error.message : String(error) });
  }
};
scope.postMessage({ type: "ready" });
