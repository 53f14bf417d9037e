import { describe, expect, it } from "vitest";

const shown: string[] = [];
const runs = { table: 0 };

/** @cacheElement */
function line(text: string): void {
  shown.push(text);
}

/** @cacheData({ copy: "freeze" }) */
function table(size: number): { id: number }[] {
  runs.table++;
  line(`${size} rows`);
  return Array.from({ length: size }, (_, id) => ({ id }));
}

class Reports {
  readonly year = 2026;

  /** @cacheData({ copy: "freeze", ttl: "1h" }) */
  async yearly(): Promise<{ year: number }> {
    return { year: this.year };
  }
}

describe('a function marked copy: "freeze"', () => {
  it("shares one frozen result and shows its elements on each hit", () => {
    const first = table(2);
    expect(table(2)).toBe(first);
    expect(runs.table).toBe(1);
    expect(shown).toEqual(["2 rows", "2 rows"]);
    expect(() => first.push({ id: 9 })).toThrow(TypeError);
    expect(() => ((first[0] as { id: number }).id = 9)).toThrow(TypeError);
  });

  it("does so for methods that answer later and for a limited time", async () => {
    const reports = new Reports();
    const [one, two] = await Promise.all([reports.yearly(), reports.yearly()]);
    expect(two).toBe(one);
    expect(await reports.yearly()).toBe(one);
    expect(Object.isFrozen(one)).toBe(true);
  });
});
