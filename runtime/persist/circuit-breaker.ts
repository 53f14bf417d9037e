import { settleWithin } from "../settle-within.ts";
import type { Lease, MaybePromise, Store } from "../stores/store.ts";
import { isLater } from "./maybe-promise.ts";

/** Longest wait for an answer, in milliseconds. */
const LONGEST = 10_000;
/** So long a store that gave none is not asked again, unless the answer comes after all. */
const PAUSE = 30_000;

/** How long one store is waited for: what never answers costs its callers one wait now and then, and no call its value. */
export class CircuitBreaker {
  private silentUntil = 0;

  /**
   * The answer, or a failure that says it did not come. A store that answers at once is not timed.
   * @param longest in milliseconds
   */
  ask<T>(operation: () => MaybePromise<T>, longest = LONGEST): MaybePromise<T> {
    if (performance.now() < this.silentUntil) throw new Error("it is silent, and is asked again later");
    const answer = operation();
    if (!isLater(answer)) return answer;
    const answered = () => {
      this.silentUntil = 0;
    };
    answer.then(answered, answered);
    return settleWithin(Promise.resolve(answer), longest, (_resolve, reject) => {
      this.silentUntil = performance.now() + PAUSE;
      reject(new Error(`it did not answer within ${longest / 1000} s`));
    });
  }
}

/**
 * A lock, waited for as long as the store says that it makes a caller wait for another holder, and the usual time more.
 * One that comes after that is given back: nobody holds it.
 */
export function askLock(
  breaker: CircuitBreaker,
  { lockTimeout = 0 }: Pick<Store, "lockTimeout">,
  lock: () => Promise<Lease | undefined> | undefined,
): MaybePromise<Lease | undefined> {
  let isOver = false;
  const asked = async () => {
    const lease = await lock();
    if (isOver) await lease?.release();
    return lease;
  };
  return Promise.resolve(breaker.ask(asked, LONGEST + lockTimeout)).finally(() => {
    isOver = true;
  });
}
