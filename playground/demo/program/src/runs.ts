/** Counts how often each body ran: the program's own evidence, which the cache knows nothing of. */
class RunCounter {
  #runs = new Map<string, number>();

  note(name: string): void {
    this.#runs.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#runs.get(name) ?? 0;
  }
}

export const runs = new RunCounter();
