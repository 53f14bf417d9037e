import type { CacheEvent, InspectedEntry, InspectedPart } from "cachet/inspect";
import type { ChangedFunction } from "cachet/vite";

const HOUR = 60 * 60 * 1000;

/** `1.2 ms`, `3.4 s`, `5.6 min`. */
export function formatTime(milliseconds: number): string {
  if (milliseconds === Number.POSITIVE_INFINITY) return "never";
  if (milliseconds >= 48 * HOUR) return `${(milliseconds / (24 * HOUR)).toFixed(1)} days`;
  if (milliseconds >= 2 * HOUR) return `${(milliseconds / HOUR).toFixed(1)} h`;
  if (milliseconds >= 60_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** `5.0 s old, no ttl`, `1.0 min old, stale for 10.0 s`. */
export function formatAge({ age, remaining }: Pick<InspectedEntry, "age" | "remaining">): string {
  const old = `${formatTime(age)} old`;
  if (remaining === Number.POSITIVE_INFINITY) return `${old}, no ttl`;
  return remaining > 0 ? `${old}, expires in ${formatTime(remaining)}` : `${old}, stale for ${formatTime(-remaining)}`;
}

/** `12 B`, `3.4 KB`, `5.6 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= 1000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${bytes} B`;
}

/** `ttl 1.0 min · maxEntries 5` */
export function formatOptions(options: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(options).map(([name, value]) => {
    if (value === true || value === "given") return name;
    if (name === "ttl") return `ttl ${formatTime(Number(value))}`;
    if (name === "maxBytes") return `maxBytes ${formatBytes(Number(value))}`;
    return `${name} ${formatValue(value)}`;
  });
  return texts.join(" · ") || "none";
}

/** `refresh 1.0 min, retry 30.0 s` of `stale`: numbers in an object are durations; `products, given` of `tags`. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== 0);
  return parts
    .map(([name, inner]) => `${name} ${typeof inner === "number" ? formatTime(inner) : String(inner)}`)
    .join(", ");
}

/** `load(url: "a", page: 1)` */
export function formatCall(name: string, parts: readonly InspectedPart[] | undefined): string {
  if (parts === undefined) return name;
  return `${name}(${parts.map(({ name: part, text }) => `${part}: ${text}`).join(", ")})`;
}

/** `function scale (src/helper.ts:3)`, with what happened to it where it was not simply changed. */
export function describeChange({ kind, name, change, place }: ChangedFunction["changes"][number]): string {
  const where = place === undefined ? "" : ` (${place})`;
  return `${kind} ${name}${where}${change === "changed" ? "" : ` was ${change}`}`;
}

const STALE = {
  refresh: "a run replaces it",
  error: "the run failed",
  timeout: "the run takes long",
};

/** What an event tells beside its type and its call. */
export function formatDetail(event: CacheEvent): string {
  switch (event.type) {
    case "hit":
      return `from ${event.from === "flight" ? "a run in flight" : event.from}`;
    case "write":
      return `ran ${formatTime(event.duration)}${event.bytes > 0 ? `, ${formatBytes(event.bytes)}` : ""}`;
    case "evict":
      return event.reason === "tooLarge" ? "larger than maxBytes" : event.reason;
    case "clear":
    case "expire":
      if (event.tag !== undefined) return `tag ${event.tag}`;
      return event.type === "clear" && event.all ? "everything" : "";
    case "stale":
      return STALE[event.because];
    case "timeout":
      return `${event.limit} limit`;
    case "error":
      return `${event.operation}: ${event.error instanceof Error ? event.error.message : String(event.error)}`;
    default:
      return "";
  }
}
