import type { Lease, MaybePromise } from "./store.ts";

/** How a store keeps its leases alive and gives them back. */
export interface LeaseOptions<T> {
  /** Shows others that the holder lives. Called every `interval` milliseconds, for each lease. */
  renew?: (held: T, key: string) => void;
  interval?: number;
  /** Gives a lease back; must not throw. */
  giveBack: (held: T, key: string) => MaybePromise<void>;
}

/** The leases that one store object holds, by key. They are renewed by a timer that keeps no process alive. */
export class Leases<T> {
  private readonly options: LeaseOptions<T>;
  private readonly held = new Map<string, T>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LeaseOptions<T>) {
    this.options = options;
  }

  get(key: string): T | undefined {
    return this.held.get(key);
  }

  /** Holds a lease until it is released or dropped. */
  hold(key: string, held: T): Lease {
    this.held.set(key, held);
    this.startTimer();
    return {
      release: () => {
        if (this.held.get(key) !== held) return;
        this.drop(key);
        return this.options.giveBack(held, key);
      },
    };
  }

  /** Forgets a lease that is no longer to be given back, as one whose lock file has become an entry. */
  drop(key: string): void {
    this.held.delete(key);
    if (this.held.size === 0) this.stopTimer();
  }

  /** Gives everything back. */
  close(): void {
    for (const [key, held] of this.held) void this.options.giveBack(held, key);
    this.held.clear();
    this.stopTimer();
  }

  private startTimer(): void {
    const { renew, interval } = this.options;
    if (renew === undefined || this.timer !== undefined) return;
    this.timer = setInterval(() => {
      for (const [key, held] of this.held) renew(held, key);
    }, interval);
    (this.timer as { unref?: () => void }).unref?.();
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
