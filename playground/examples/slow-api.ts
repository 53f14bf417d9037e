import { withClock } from "./support/clock.ts";
import type { Show } from "./support/example.ts";

export interface Rates {
  base: string;
  eur: number;
}

/** An API that can be slow or down, and answers otherwise each time. */
class RatesApi {
  isDown = false;
  /** How long an answer takes, in milliseconds. */
  delay = 0;
  #answers = 0;

  async ask(base: string): Promise<Rates> {
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (this.isDown) throw new Error("503 Service Unavailable");
    this.#answers++;
    return { base, eur: this.#answers };
  }
}

// cachet-allow-mutable: whether it is down is what this shows
export const api = new RatesApi();

/**
 * Rates are good for ten minutes. For another hour callers still get the old ones at once while one run fetches new ones; while the
 * API is down they stay for a day, and it is asked again every 30 seconds. Nobody waits longer than ten seconds.
 * @cacheData({ ttl: "10m", stale: { refresh: "1h", error: "1d", retry: "30s" }, timeout: "10s", showSpinner: "Asking…" })
 */
export async function fetchRates(base: string): Promise<Rates> {
  return await api.ask(base);
}

export async function run(show: Show): Promise<void> {
  const ask = () => fetchRates("USD");
  api.isDown = false;
  api.delay = 0;
  await withClock(async (advance) => {
    await show('fetchRates("USD")', ask);
    advance(10 * 60);
    await show("10 minutes later: the old rates, and a run in the background", ask);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await show("a moment later: the new ones", ask);
    api.isDown = true;
    advance(2 * 3600);
    await show("two hours later the API is down: the old rates", ask);
    await show("for 30 seconds it is not asked again", ask);
    api.isDown = false;
    advance(30);
    await show("30 seconds later it is up", ask);
  });
}
