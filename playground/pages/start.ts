import { cached } from "cachet";
import { page } from "../app/script/page.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @cacheData */
async function countPrimes(below: number): Promise<number> {
  await sleep(1500);
  let count = 0;
  for (let n = 2; n < below; n++) if (isPrime(n)) count++;
  return count;
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

export default page("Start", async (ui) => {
  ui.title("A comment makes a function cached");
  ui.text(
    "This page is a script. It runs from top to bottom whenever you touch something on it. The slow function in it " +
      "carries a comment, /** @cacheData */, so it runs once for each argument and answers at once from then on.",
  );
  const below = ui.slider("Count the primes below", 1000, 10_000, 1000, { step: 1000 });
  const [one, all] = ui.columns(2);
  if (one?.button("Clear this one")) cached(countPrimes).clear(below);
  if (all?.button("Clear all")) cached(countPrimes).clear();
  const count = await countPrimes(below);
  ui.metric("Primes", count, `below ${below.toLocaleString("en")}`);
  ui.caption(
    "Move the slider: the first time takes a second and a half, the second none. Change countPrimes in " +
      "playground/pages/start.ts and save: it runs again, because the build put a hash of its code into the page.",
  );
});
