/** Who waits under a signal: Node warns of a leak where one has more than ten listeners, as that of a request would. */
const waiting = /* @__PURE__ */ new WeakMap<AbortSignal, { callers: Set<() => void>; tell: () => void }>();

/** Calls `leave` if the signal aborts, unless what this returns was called before. */
export function onAbort(signal: AbortSignal, leave: () => void): () => void {
  let known = waiting.get(signal);
  if (known === undefined) {
    const callers = new Set<() => void>();
    known = { callers, tell: () => callers.forEach((each) => void each()) };
    waiting.set(signal, known);
    signal.addEventListener("abort", known.tell);
  }
  const { callers, tell } = known;
  callers.add(leave);
  return () => {
    callers.delete(leave);
    if (callers.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", tell);
  };
}
