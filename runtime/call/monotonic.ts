let first: (() => number) | undefined;
let read: (() => number) | undefined;
let source: Performance | undefined;
let offset = 0;

/**
 * Milliseconds that never go back. A test's clock, which begins at 0, goes on where the one before stands, and that one
 * goes on where the test's clock ended.
 */
export function monotonic(): number {
  // Asked for once: in Node the global is a getter.
  const clock = performance;
  const { now } = clock;
  first ??= now;
  if (now !== read) {
    if (read !== undefined) offset += read.call(source) - (now === first ? clock.now() : 0);
    source = clock;
    read = now;
  }
  return clock.now() + offset;
}
