import { hold, resumed } from "./in-flight.ts";
import type { Run } from "./types.ts";

type AnyIterable<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/**
 * What `hold` is for `await`, for the steps of a `for await` loop in a page: between two of them nothing that the page does
 * belongs to the run. The loop looks at a step when it goes on, and that makes the run the current one again.
 */
export function holdEach<T>(run: Run | undefined, source: AnyIterable<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new HeldIterator(run, iteratorOf(source)) };
}

function iteratorOf<T>(source: AnyIterable<T>): AsyncIterator<T> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const iterator = source[Symbol.iterator]();
  const settle = async ({ done, value }: IteratorResult<T | PromiseLike<T>>): Promise<IteratorResult<T>> =>
    done ? { done, value } : { value: await value };
  return {
    next: async () => settle(iterator.next()),
    return: async (value) => settle(iterator.return?.(await value) ?? { done: true, value }),
  };
}

class HeldIterator<T> implements AsyncIterator<T> {
  private readonly run: Run | undefined;
  private readonly iterator: AsyncIterator<T>;

  constructor(run: Run | undefined, iterator: AsyncIterator<T>) {
    this.run = run;
    this.iterator = iterator;
  }

  async next(): Promise<IteratorResult<T>> {
    const held = await this.hold(() => this.iterator.next());
    const enter = () => resumed(held) as IteratorResult<T>;
    return {
      get done() {
        return enter().done;
      },
      get value() {
        return enter().value;
      },
    } as IteratorResult<T>;
  }

  /** The loop ends early and looks at nothing. */
  async return(): Promise<IteratorResult<T>> {
    const held = await this.hold(() => this.iterator.return?.());
    return (resumed(held) as IteratorResult<T> | undefined) ?? { done: true, value: undefined };
  }

  private hold(step: () => unknown): unknown {
    return hold(this.run, new Promise((resolve) => resolve(step())));
  }
}
