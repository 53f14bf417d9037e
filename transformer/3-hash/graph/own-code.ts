import type ts from "typescript";
import { mayHaveMark } from "../../1-marks/find-marks.ts";
import type { SyntaxApi } from "../../types.ts";
import { withComment } from "./cachet-calls.ts";
import { holdsFixed } from "./changeable.ts";
import type { CodeReference, Edge, GraphNode } from "./model.ts";
import { factsOf } from "./nodes.ts";

/**
 * Globals that call nothing but what they are handed. Left out is what keeps functions for others to call (events, workers,
 * the page), what runs text as code, and what leads to such.
 */
const GLOBALS: ReadonlySet<string> = new Set(
  [
    "AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError",
    "Float16Array Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number",
    "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError Temporal",
    "TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet arguments decodeURI",
    "decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt undefined",
    "AbortController AbortSignal Blob Buffer DOMException File FormData Headers Request Response TextDecoder TextEncoder URL",
    "URLPattern URLSearchParams atob btoa clearImmediate clearInterval clearTimeout console crypto fetch performance",
    "queueMicrotask setImmediate setInterval setTimeout structuredClone",
  ]
    .join(" ")
    .split(" "),
);

/** Node's modules of the same kind. */
const BUILTINS: ReadonlySet<string> = new Set(
  [
    "assert assert/strict buffer child_process crypto dns dns/promises fs fs/promises os path path/posix path/win32 perf_hooks",
    "punycode querystring string_decoder timers timers/promises url util zlib",
  ]
    .join(" ")
    .split(" "),
);

const known = new WeakMap<GraphNode, boolean>();

/**
 * True for code that, apart from what it is handed, runs only functions of the project without a mark and what run times bring
 * along, and that meets no value into which others may have put a function. A guess never makes it true.
 */
export function isOwnCode(api: SyntaxApi, graphNode: GraphNode): boolean {
  const answer = known.get(graphNode) ?? looksOwn(api, graphNode);
  known.set(graphNode, answer);
  return answer;
}

function looksOwn(api: SyntaxApi, graphNode: GraphNode): boolean {
  const { module, syntax, edges, warnings } = graphNode;
  // Each warning is about something that the graph can't tell for sure.
  if (warnings.length > 0 || callsItself(api, syntax)) return false;
  // A function with a mark in its body is part of it; its own mark stands before it.
  if (syntax.some((node) => mayHaveMark(node.getText()))) return false;
  const uses = syntax.flatMap((node) => factsOf(api, module, node).uses);
  return uses.every((use) => isOwnUse(api, use)) && edges.every((edge) => isOwnTarget(api, edge));
}

/** A function with a mark whose own code says its name: no edge leads from a node to itself. */
function callsItself(api: SyntaxApi, syntax: readonly ts.Node[]): boolean {
  return syntax.some((node) => {
    if (!api.isFunctionDeclaration(node) && !api.isFunctionExpression(node)) return false;
    const saysName = node.name !== undefined && node.getText().split(node.name.text).length > 2;
    return saysName && (api.isFunctionExpression(node) || isMarked(syntax));
  });
}

function isOwnUse(api: SyntaxApi, use: CodeReference): boolean {
  return use.type === "global" ? GLOBALS.has(use.name) || isEnvironment(api, use) : use.type === "binding";
}

/** `process.env`: texts. */
function isEnvironment(api: SyntaxApi, { name, identifier }: Extract<CodeReference, { type: "global" }>): boolean {
  const { parent } = identifier;
  return name === "process" && api.isPropertyAccessExpression(parent) && parent.name.text === "env";
}

function isOwnTarget(api: SyntaxApi, { label, target }: Edge): boolean {
  if (typeof target === "string") {
    // A bundler may put something else in the place of a global: then the label says so, too.
    if (target === "global") return GLOBALS.has(label) || label === "process";
    return target === "type" || BUILTINS.has(/^builtin ([^#]+)/.exec(target)?.[1] ?? "");
  }
  const { syntax, module } = target;
  const isWritten = syntax.flatMap((node) => module.scopes.declaredBy(node)).some(({ writes }) => writes.length > 0);
  const isFixed = (node: ts.Node) =>
    api.isFunctionDeclaration(node) || api.isEnumDeclaration(node) || holdsFixed(api, node);
  return syntax.length > 0 && !isWritten && !isMarked(syntax) && syntax.every(isFixed);
}

const isMarked = (syntax: readonly ts.Node[]): boolean =>
  syntax.some((node) => mayHaveMark(withComment(node).getFullText()));
