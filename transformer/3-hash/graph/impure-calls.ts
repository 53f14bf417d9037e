import type ts from "typescript";
import { isWrapper } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import type { ImpureRead } from "./model.ts";
import { isSuppressed } from "./suppressions.ts";

const GLOBAL_CALLS = new Set([
  "Date.now",
  "performance.now",
  "Math.random",
  "crypto.randomUUID",
  "crypto.getRandomValues",
  "process.hrtime",
  "process.hrtime.bigint",
]);

/** Imported functions of Node's that answer differently each time. */
const IMPORTED_CALLS: Readonly<Record<string, RegExp>> = {
  crypto: /^random(?:UUID|Bytes|Int|FillSync)$|^getRandomValues$/,
  perf_hooks: /^performance$/,
};

/**
 * A read of the clock or of chance: cached once, the answer stays. `// cachet-allow-impure` on its line or the line
 * above says that this is meant.
 */
export function impureRead(api: TypeScript, scopes: Scopes, node: ts.Node): ImpureRead | undefined {
  const what = describe(api, scopes, node);
  return what && !isSuppressed(scopes.file, node, "impure") ? { what, node } : undefined;
}

function describe(api: TypeScript, scopes: Scopes, node: ts.Node): string | undefined {
  if (api.isNewExpression(node)) {
    const isNow = isGlobalName(api, scopes, node.expression, "Date") && !node.arguments?.length;
    return isNow ? "new Date()" : undefined;
  }
  if (!api.isCallExpression(node)) return undefined;
  if (isGlobalName(api, scopes, node.expression, "Date")) return "Date()";
  const path = dottedPath(api, node.expression);
  const [root] = path;
  if (!root) return undefined;
  const text = path.map((identifier) => identifier.text).join(".");
  const binding = scopes.resolve(root.text, node);
  if (!binding) return GLOBAL_CALLS.has(text.replace(/^(?:globalThis|window|self)\./, "")) ? `${text}()` : undefined;
  if (!binding.import) return undefined;
  const rule = IMPORTED_CALLS[binding.import.specifier.replace(/^node:/, "")];
  const isWhole = binding.import.imported === "*" || binding.import.imported === "default";
  const called = isWhole ? path[1]?.text : binding.import.imported;
  return called && rule?.test(called) ? `${text}()` : undefined;
}

function isGlobalName(api: TypeScript, scopes: Scopes, node: ts.Node, name: string): boolean {
  return api.isIdentifier(node) && node.text === name && !scopes.resolve(name, node);
}

/** `a.b.c` → its identifiers; empty for anything else. */
function dottedPath(api: TypeScript, expression: ts.Node): ts.MemberName[] {
  const names: ts.MemberName[] = [];
  let node = expression;
  for (;;) {
    while (isWrapper(api, node)) node = node.expression;
    if (api.isIdentifier(node)) return [node, ...names];
    if (!api.isPropertyAccessExpression(node)) return [];
    names.unshift(node.name);
    node = node.expression;
  }
}
