import type { MaybePromise } from "../stores/store.ts";
import { isLater } from "./maybe-promise.ts";

/** Longest wait for an answer, in milliseconds. */
const LONGEST = 10_000;
/** So long a store that gave none is not asked again, unless the answer comes after all. */
const PAUSE = 30_000;

/** How long one store is waited for: what never answers costs its callers one wait now and then, and no call its value. */
export class Patience {
  private silentUntil = 0;

  /** The answer, or a failure that says it did not come. A store that answers at once is not timed. */
  ask<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
    if (performance.now() < this.silentUntil) throw new Error("it is silent, and is asked again later");
    const answer = operation();
    if (!isLater(answer)) return answer;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.silentUntil = performance.now() + PAUSE;
        reject(new Error(`it did not answer within ${LONGEST / 1000} s`));
      }, LONGEST);
      const answered = () => {
        clearTimeout(timer);
        this.silentUntil = 0;
      };
      answer.then(answered, answered);
      answer.then(resolve, reject);
    });
  }
}
