/**
 * A queue by priority, lowest first, for items whose priority may rise while they wait: only what comes to the top is asked for
 * its present one. Everything costs O(log n), amortised.
 */
export class LazyHeap<T> {
  private readonly priority: (item: T) => number | undefined;
  private items: T[] = [];
  private keys: number[] = [];

  /** `priority` answers `undefined` for an item that has nothing to wait for any more; it is dropped then. */
  constructor(priority: (item: T) => number | undefined) {
    this.priority = priority;
  }

  get size(): number {
    return this.items.length;
  }

  push(item: T): void {
    const key = this.priority(item);
    if (key === undefined) return;
    let at = this.items.length;
    for (let parent = (at - 1) >> 1; at > 0 && (this.keys[parent] as number) > key; parent = (at - 1) >> 1) {
      this.put(at, this.items[parent] as T, this.keys[parent] as number);
      at = parent;
    }
    this.put(at, item, key);
  }

  /** The item with the lowest priority, which stays. */
  peek(): T | undefined {
    while (this.items.length > 0) {
      const top = this.items[0] as T;
      const key = this.priority(top);
      if (key === this.keys[0]) return top;
      if (key === undefined) this.dropTop();
      else this.sink(top, key);
    }
    return undefined;
  }

  /** Drops all that wait for nothing any more. */
  compact(): void {
    const { items } = this;
    this.items = [];
    this.keys = [];
    for (const item of items) this.push(item);
  }

  private dropTop(): void {
    const item = this.items.pop() as T;
    const key = this.keys.pop() as number;
    if (this.items.length > 0) this.sink(item, key);
  }

  /** Puts an item in the place of the top, then where it belongs. */
  private sink(item: T, key: number): void {
    const { keys, items } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if (child >= keys.length || (keys[child] as number) >= key) break;
      this.put(at, items[child] as T, keys[child] as number);
      at = child;
    }
    this.put(at, item, key);
  }

  private put(at: number, item: T, key: number): void {
    this.items[at] = item;
    this.keys[at] = key;
  }
}
