/** Stands for a service that is slow and dear, and refuses some texts when it is first asked for them. */
class RatingService {
  readonly #refused = new Set<string>();

  async rate(text: string): Promise<number> {
    if (text.includes("awful") && !this.#refused.delete(text)) {
      this.#refused.add(text);
      throw new Error("503 Service Unavailable");
    }
    return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 201, 7) - 100;
  }
}

// cachet-allow-mutable: stands for a service that may be down
export const service = new RatingService();
