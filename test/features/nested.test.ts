import { cacheData, cached, clearTags, configure } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
let store = new MemoryStore({ now: () => clock.wall() }); // cachet-allow-mutable
let runs: string[] = []; // cachet-allow-mutable

/** @cacheData({ ttl: 10, persist: "nested" }) */
async function rates(currency: string) {
  runs.push(`rates ${currency}`);
  return currency.length;
}

/** @cacheData({ ttl: 100, tags: ["names"] }) */
function names(currency: string) {
  runs.push(`names ${currency}`);
  return currency.toLowerCase();
}

/** @cacheData({ nested: "follow", persist: "nested" }) */
async function table(currency: string) {
  runs.push(`table ${currency}`);
  return [names(currency), await rates(currency)];
}

/** @cacheData({ nested: "follow" }) */
async function page(currency: string) {
  runs.push(`page ${currency}`);
  return { table: await table(currency) };
}

/** @cacheData */
async function apart(currency: string) {
  runs.push(`apart ${currency}`);
  return rates(currency);
}

/** @cacheData({ nested: "follow" }) */
async function looked(currency: string) {
  runs.push(`looked ${currency}`);
  return cached(rates).get(currency);
}

async function ran(call: () => unknown): Promise<string> {
  runs = [];
  await call();
  return runs.join(", ");
}

const useStore = (next: MemoryStore) => configure({ stores: { nested: (store = next) } });
const newStore = () => new MemoryStore({ now: () => clock.wall() });

beforeEach(async () => {
  configure({ clock });
  useStore(newStore());
  await cacheData.clear();
});
afterAll(() => configure({ stores: {} }));

describe('nested: "follow"', () => {
  it("hangs on what the body got by hand from a store", async () => {
    await rates("EUR");
    emptyFunction(ownerOf(rates));
    clock.add(6);
    expect(await looked("EUR")).toBe(3);
    expect(await ran(() => looked("EUR"))).toBe("");
    await cached(rates).clear("GBP");
    expect(await ran(() => looked("EUR"))).toBe("");
    clock.add(5);
    expect(await ran(() => looked("EUR"))).toBe("looked EUR");
    await rates("EUR");
    emptyFunction(ownerOf(rates));
    await cached(looked).clear();
    expect(await looked("EUR")).toBe(3);
    await cached(rates).clear("EUR");
    expect(await looked("EUR")).toBe(undefined);
  });

  it("ends with the first of the entries that the body called, on hits of theirs too", async () => {
    await rates("EUR");
    clock.add(6);
    expect(await ran(() => page("EUR"))).toBe("page EUR, table EUR, names EUR");
    clock.add(3);
    expect(await ran(() => page("EUR"))).toBe("");
    clock.add(2);
    expect(await ran(() => page("EUR"))).toBe("page EUR, table EUR, rates EUR");
    expect(await ran(() => page("EUR"))).toBe("");
  });

  it("goes when one of them is cleared: a call, a function, a tag, all", async () => {
    for (const clear of [() => cached(names).clear("EUR"), () => cached(names).clear(), () => clearTags("names")]) {
      await cacheData.clear();
      await page("EUR");
      await page("GBP");
      await cached(names).clear("USD");
      expect(await ran(() => page("EUR"))).toBe("");
      await clear();
      expect(await ran(() => page("EUR"))).toBe("page EUR, table EUR, names EUR");
    }
    await page("GBP");
    await cached(names).clear("EUR");
    expect(await ran(() => page("GBP"))).toBe("");
  });

  it("holds for what lies in a store", async () => {
    await page("EUR");
    const before = store;
    useStore(newStore());
    useStore(before);
    expect(await ran(() => table("EUR"))).toBe("");
    await cached(rates).clear("EUR");
    expect(await ran(() => table("EUR"))).toBe("table EUR, rates EUR");
    clock.add(9);
    useStore(newStore());
    useStore(before);
    expect(await ran(() => table("EUR"))).toBe("");
    clock.add(2);
    expect(await ran(() => table("EUR"))).toContain("table EUR");
  });

  it("is asked for: others keep what they have", async () => {
    await apart("EUR");
    await cached(rates).clear();
    clock.add(11);
    expect(await ran(() => apart("EUR"))).toBe("");
  });
});
