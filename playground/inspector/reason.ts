/** Why a body ran although its function is cached. */
export type Reason =
  | { type: "first" }
  | { type: "arguments"; differs: readonly Difference[]; isInstance: boolean }
  | { type: "code"; id: string; before: string; after: string }
  | { type: "expired"; tag?: string | undefined }
  | { type: "refreshed" }
  | { type: "evicted"; limit: "maxEntries" | "maxBytes" | "tooLarge" }
  | { type: "cleared"; all: boolean; tag?: string | undefined }
  | { type: "invalid" }
  | { type: "failed" }
  | { type: "gone" };

/** A key part that is another one than in the earlier call that is nearest to this one. */
export interface Difference {
  name: string;
  before: string;
  now: string;
}

const LIMITS = {
  maxEntries: "it was the least recently used one over maxEntries",
  maxBytes: "it was the least recently used one over maxBytes",
  tooLarge: "a result larger than maxBytes is never kept",
};

/** The reason as a heading and a sentence. */
export function describeReason(reason: Reason): { title: string; text: string } {
  switch (reason.type) {
    case "first":
      return { title: "First call", text: "The function was not called before." };
    case "arguments":
      return { title: reason.isInstance ? "Another instance" : "New arguments", text: describeDifferences(reason) };
    case "code":
      return { title: "Code changed", text: "The function, or code that it reaches, is not what it was." };
    case "expired":
      return { title: "Expired", text: expiryText(reason.tag) };
    case "refreshed":
      return { title: "Refreshed", text: "The old value was served, and this run in the background replaces it." };
    case "evicted":
      return { title: "Evicted", text: `The entry had to go: ${LIMITS[reason.limit]}.` };
    case "cleared":
      return { title: "Cleared", text: `Somebody cleared ${clearedText(reason)}.` };
    case "invalid":
      return { title: "Not valid", text: "validate refused the entry." };
    case "failed":
      return { title: "Failed before", text: "The last run of this call threw, and a failed run keeps nothing." };
    case "gone":
      return {
        title: "Entry gone",
        text: "The entry left without an event: limits in the mark changed, or another tab cleared it.",
      };
  }
}

const expiryText = (tag: string | undefined): string =>
  tag === undefined
    ? "The entry reached its ttl, or somebody made it expire."
    : `Somebody made the tag “${tag}” expire.`;

function clearedText({ all, tag }: Extract<Reason, { type: "cleared" }>): string {
  if (tag !== undefined) return `the tag “${tag}”`;
  return all ? "the function" : "this entry";
}

function describeDifferences({ differs, isInstance }: Extract<Reason, { type: "arguments" }>): string {
  if (isInstance) return "Equal arguments, but each instance has entries of its own.";
  if (differs.length === 0) return "No earlier call had these; they differ beyond what is shown.";
  return `No earlier call had these. Nearest to them: ${differs
    .map(({ name, before, now }) => `${name} was ${before}, is ${now}`)
    .join("; ")}.`;
}
