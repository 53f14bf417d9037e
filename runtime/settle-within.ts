/** Longest delay a timer takes; who allows more means no limit. */
const LONGEST = 2_147_483_647;

/** Settles as `promise` does, unless that takes longer than so many milliseconds: then `late` settles it. */
export function settleWithin<T>(
  promise: Promise<T>,
  milliseconds: number,
  late: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  if (milliseconds > LONGEST) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => late(resolve, reject), milliseconds);
    const stop = () => clearTimeout(timer);
    promise.then(resolve, reject);
    promise.then(stop, stop);
  });
}
