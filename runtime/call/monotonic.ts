let first: (() => number) | undefined;
let read: (() => number) | undefined;
let source: Performance | undefined;
let offset = 0;

/**
 * Milliseconds that never go back. A test's clock, which begins at 0, goes on where the one before stands, and that one
 * goes on where the test's clock ended.
 */
export function monotonic(): number {
  const { now } = performance;
  first ??= now;
  if (now !== read) {
    if (read !== undefined) offset += read.call(source) - (now === first ? performance.now() : 0);
    source = performance;
    read = now;
  }
  return performance.now() + offset;
}
