import { withClock } from "./support/clock.ts";
import type { Show } from "./support/example.ts";
import { OutsideWorld } from "./support/outside-world.ts";

export interface Rate {
  currency: string;
  rate: number;
}

// cachet-allow-mutable: that it changes is what this shows
const market = new OutsideWorld();

/**
 * A rate is served for an hour from the moment it was computed; reading it does not prolong its life.
 * @cacheData({ ttl: "1h" })
 */
export function exchangeRate(currency: string): Rate {
  return { currency, rate: market.look() };
}

export async function run(show: Show): Promise<void> {
  await withClock(async (advance) => {
    await show('exchangeRate("EUR")', () => exchangeRate("EUR"));
    advance(59 * 60);
    await show('59 minutes later: exchangeRate("EUR")', () => exchangeRate("EUR"));
    advance(60);
    await show('60 minutes later: exchangeRate("EUR")', () => exchangeRate("EUR"));
  });
}
