import { ALL_DATA, functionOfCall, isCall } from "./scopes.ts";

/** Beyond so many single calls their functions count as cleared; beyond so many functions all data does. */
const MOST = 1000;

/**
 * What this process has cleared and the store does not know yet. Nothing that lies in the store under one of these scopes is
 * used here. However long a store is away, their number is bounded.
 */
export class Tombstones {
  /** The newest clear of each scope: an older one that is delivered says nothing about it. */
  private readonly clears = new Map<string, number>();
  private count = 0;

  get size(): number {
    return this.clears.size;
  }

  /** Sets them; returns what tells this clear from later ones. */
  add(scopes: readonly string[]): number {
    this.count++;
    for (const scope of scopes) this.clears.set(scope, this.count);
    if (this.clears.size > MOST) this.widen();
    return this.count;
  }

  /** Takes away those that no later clear has set again. */
  remove(scopes: readonly string[], clear: number): void {
    for (const scope of scopes)
      if ((this.clears.get(scope) ?? Number.POSITIVE_INFINITY) <= clear) this.clears.delete(scope);
  }

  covers(scopes: readonly string[]): boolean {
    return this.clears.size > 0 && scopes.some((scope) => this.clears.has(scope));
  }

  scopes(): string[] {
    return [...this.clears.keys()];
  }

  private widen(): void {
    const calls = this.scopes().filter(isCall);
    for (const scope of calls) {
      this.clears.delete(scope);
      this.clears.set(functionOfCall(scope), this.count);
    }
    if (this.clears.size <= MOST) return;
    this.clears.clear();
    this.clears.set(ALL_DATA, this.count);
  }
}
