/** Something to run. It may ask whether a newer one waits, and end early then. */
export type Job = (isOutdated: () => boolean) => Promise<void>;

/**
 * Runs one job at a time. Of those that wait only the newest is kept, so dragging a slider over twenty values is two
 * or three runs, not twenty.
 */
export class NewestFirst {
  #next: Job | undefined;
  #isBusy = false;

  request(job: Job): void {
    this.#next = job;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#next !== undefined) {
      const job = this.#next;
      this.#next = undefined;
      await job(() => this.#next !== undefined);
    }
    this.#isBusy = false;
  }
}
