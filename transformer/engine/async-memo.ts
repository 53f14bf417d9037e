/**
 * Answers of the file system and the tool. Each question is asked once until something changes; what is known is
 * handed out at once, so that linking goes on without waiting.
 */
export class AsyncMemo {
  readonly #known = new Map<string, unknown>();

  get<T>(question: string, ask: () => T | Promise<T>): T | Promise<T> {
    if (this.#known.has(question)) return this.#known.get(question) as T | Promise<T>;
    const answer = ask();
    this.#known.set(question, answer);
    if (answer instanceof Promise) this.#settle(question, answer);
    return answer;
  }

  delete(question: string): void {
    this.#known.delete(question);
  }

  clear(): void {
    this.#known.clear();
  }

  /** A fault is the caller's who asked; the next one asks again. */
  #settle(question: string, answer: Promise<unknown>): void {
    const isCurrent = () => this.#known.get(question) === answer;
    answer.then(
      (value) => isCurrent() && this.#known.set(question, value),
      () => isCurrent() && this.#known.delete(question),
    );
  }
}
