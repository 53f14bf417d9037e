import { codes } from "../diagnostics.ts";
import type { CachedFunction, TypeScript } from "../types.ts";
import type { Analysis } from "./context.ts";

type Candidate = Pick<CachedFunction, "mark" | "node" | "options" | "isAsync" | "receiver">;

/** Options that are right one by one and wrong together, or wrong where this build will run. */
export function checkCombinations({ api, source, diagnostics }: Analysis, candidate: Candidate): void {
  const { mark, options, receiver } = candidate;
  const { persist } = options.static;
  if (persist && receiver === "identity") {
    const message = "Entries that belong to an instance can't outlive the process, but 'persist' asks for that.";
    const fix = 'Add this: "value" (the instance is hashed) or this: "ignore", or remove persist.';
    diagnostics.error(codes.persistByIdentity, mark.start, mark.tag.length, message, fix);
  }
  if (options.asyncValidate && !mayReturnPromise(api, candidate)) {
    const { start, length } = options.asyncValidate;
    const message = "An async 'validate' can't decide for a function that returns at once.";
    diagnostics.error(
      codes.asyncValidate,
      start,
      length,
      message,
      "Make the function async, or validate without await.",
    );
  }
  if (source.platform === "browser" && (persist === true || persist === "disk") && !mayReturnPromise(api, candidate)) {
    const message = "A browser's durable store answers later, and this function returns at once.";
    const fix = "Make the function async, or remove persist for the page.";
    diagnostics.error(codes.syncPersistInBrowser, mark.start, mark.tag.length, message, fix);
  }
}

/** Whether the declared type of what a function returns is a promise. */
export const declaresPromise = ({ type }: Candidate["node"]): boolean =>
  type !== undefined && /^Promise(?:Like)?\b/.test(type.getText());

/** Whether callers may be handed a promise: `async`, declared so, or not told. */
function mayReturnPromise(api: TypeScript, { node, isAsync }: Candidate): boolean {
  if (isAsync) return true;
  if (node.type) return declaresPromise(node);
  return !api.isBlock(node.body as NonNullable<typeof node.body>);
}
