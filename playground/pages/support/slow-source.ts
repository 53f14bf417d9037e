/** Stands for somebody's API: it takes a second, answers otherwise each time, and can be down. */
class SlowSource {
  isDown = false;
  #answers = 0;

  async ask(base: string): Promise<{ base: string; answer: number }> {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (this.isDown) throw new Error(`${base}: 503 Service Unavailable`);
    this.#answers++;
    return { base, answer: this.#answers };
  }
}

// cachet-allow-mutable: what it answers is what ttl and stale are about
export const source = new SlowSource();
