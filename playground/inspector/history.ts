import type { CacheEvent, InspectedCall, InspectedFunction, InspectedPart } from "cachet/inspect";
import type { Difference, Reason } from "./reason.ts";

/** What is remembered of one call. */
interface KnownCall {
  parts: readonly InspectedPart[];
  instance: number | undefined;
  codeHash: string;
  hits: number;
  /** Why there is no entry any more; absent while there is one. */
  ended: Reason | undefined;
}

/** One line of the list of events. */
export interface Line {
  /** Counts up. */
  number: number;
  event: CacheEvent;
  parts: readonly InspectedPart[] | undefined;
  /** Of a miss. */
  reason: Reason | undefined;
}

/** More calls of one function than these are forgotten, the oldest first. */
const MOST_CALLS = 500;
const MOST_LINES = 200;

/**
 * Follows the events of a page and says of each run why there was one. It sees calls, not values, and works from what it
 * has seen: calls of before it began are those that had an entry then.
 */
export class History {
  /** Newest first. */
  lines: readonly Line[] = [];
  /** The newest run. */
  lastRun: Line | undefined;
  readonly #functions = new Map<string, Map<string, KnownCall>>();
  readonly #earlierHashes: ReadonlyMap<string, string>;
  #count = 0;

  /** @param earlierHashes code hashes by function id of the last time the page was loaded, where they are known */
  constructor(present: readonly InspectedFunction[] = [], earlierHashes: ReadonlyMap<string, string> = new Map()) {
    this.#earlierHashes = earlierHashes;
    for (const fn of present) for (const entry of fn.list()) this.#learn(fn.id, entry, entry.key);
  }

  note(event: CacheEvent, call: InspectedCall | undefined): void {
    const reason = call === undefined ? this.#noteFunction(event) : this.#noteCall(event, call);
    const line: Line = { number: ++this.#count, event, parts: this.#partsOf(event.id, call), reason };
    this.lines = [line, ...this.lines.slice(0, MOST_LINES - 1)];
    if (event.type === "miss") this.lastRun = line;
  }

  /** Hits of one call since the history began. */
  hitsOf(id: string, key: string): number {
    return this.#functions.get(id)?.get(key)?.hits ?? 0;
  }

  /** Known calls have their parts already: a hit need not write them down again. */
  #partsOf(id: string, call: InspectedCall | undefined): readonly InspectedPart[] | undefined {
    return call && (this.#functions.get(id)?.get(call.key)?.parts ?? call.parts);
  }

  #noteFunction(event: CacheEvent): undefined {
    if (event.type !== "clear") return;
    for (const known of this.#functions.get(event.id)?.values() ?? []) {
      if (known.ended === undefined || known.ended.type === "gone") known.ended = { type: "cleared", all: true };
    }
  }

  #noteCall(event: CacheEvent, call: InspectedCall): Reason | undefined {
    const { id } = event;
    const { key } = call;
    const reason = event.type === "miss" ? this.#reasonOf(id, call, key) : undefined;
    const known = this.#learn(id, call, key);
    if (event.type === "hit") known.hits++;
    known.ended = event.type === "miss" ? { type: "gone" } : endOf(event, known.ended);
    return reason;
  }

  #learn(id: string, call: InspectedCall, key: string): KnownCall {
    const calls = this.#functions.get(id) ?? new Map<string, KnownCall>();
    this.#functions.set(id, calls);
    const { codeHash, instance } = call;
    const known = calls.get(key) ?? { parts: call.parts, instance, codeHash, hits: 0, ended: undefined };
    known.codeHash = codeHash;
    calls.delete(key);
    calls.set(key, known);
    if (calls.size > MOST_CALLS) calls.delete(calls.keys().next().value as string);
    return known;
  }

  #reasonOf(id: string, call: InspectedCall, key: string): Reason {
    const calls = this.#functions.get(id);
    const before = calls?.get(key)?.codeHash ?? (calls ? undefined : this.#earlierHashes.get(id));
    const after = call.codeHash;
    if (before !== undefined && before !== after) return { type: "code", id, before, after };
    const known = calls?.get(key);
    if (known) return known.ended ?? { type: "gone" };
    if (calls === undefined) return { type: "first" };
    return compare([...calls.values()], call);
  }
}

/** What an event says about the entry of its call. */
function endOf(event: CacheEvent, ended: Reason | undefined): Reason | undefined {
  switch (event.type) {
    case "hit":
    case "write":
      return undefined;
    case "expire":
      return { type: "expired", tag: event.tag };
    case "refresh":
      return { type: "refreshed" };
    case "evict":
      return { type: "evicted", limit: event.reason };
    case "clear":
      return { type: "cleared", all: false, tag: event.tag };
    case "invalid":
      return { type: "invalid" };
    case "error":
      return event.operation === "run" ? { type: "failed" } : ended;
    default:
      return ended;
  }
}

/** How a new call differs from the earlier one that has most in common with it, the newest of several. */
function compare(calls: readonly KnownCall[], call: InspectedCall): Reason {
  let nearest: { differs: Difference[]; known: KnownCall } | undefined;
  for (const known of calls) {
    const differs = differences(known.parts, call.parts);
    if (nearest === undefined || differs.length <= nearest.differs.length) nearest = { differs, known };
  }
  const differs = nearest?.differs ?? [];
  const isInstance = differs.length === 0 && nearest !== undefined && nearest.known.instance !== call.instance;
  return { type: "arguments", differs, isInstance };
}

function differences(before: readonly InspectedPart[], now: readonly InspectedPart[]): Difference[] {
  const longer = before.length > now.length ? before : now;
  return longer.flatMap(({ name }, i) => {
    const [was, is] = [before[i]?.text ?? "(none)", now[i]?.text ?? "(none)"];
    return was === is ? [] : [{ name, before: was, now: is }];
  });
}
