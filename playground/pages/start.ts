import { cached } from "cachet";
import type { Page } from "../app/script/page.ts";

/** @cacheData({ showSpinner: "Counting primes…", showTime: true }) */
async function countPrimes(below: number): Promise<number> {
  let count = 0;
  for (let n = 2; n < below; n++) {
    if (isPrime(n)) count++;
    if (n % 20_000 === 0) await nextTurn();
  }
  return count;
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

/** Lets the page draw and answer in the meantime. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

export default (async (ui) => {
  ui.title("A comment makes a function cached");
  ui.text(
    "This page is a script. It runs from top to bottom whenever you touch something on it. Counting primes is slow, " +
      "but countPrimes carries a comment: it runs once per argument, and from then on its result is at hand.",
  );
  const millions = ui.slider("Millions of numbers to look at", 1, 5, 2);
  const [one, all] = ui.columns(2);
  if (one?.button("Clear this result")) cached(countPrimes).clear(millions * 1_000_000);
  if (all?.button("Clear all results")) cached(countPrimes).clear();

  const count = await countPrimes(millions * 1_000_000);
  ui.metric("Primes", count, `below ${millions} million`);
  ui.info(
    "Move the slider to and fro: the first time takes a while, the second time none. The line at the top tells " +
      "how long the script ran, and how many calls were answered without running.",
  );
  ui.caption(
    "With npm run playground, change isPrime in playground/pages/start.ts and save: countPrimes runs again, because " +
      "the build embeds a hash of the code that it reaches. Add a comment or reformat it: nothing runs.",
  );
}) satisfies Page;
