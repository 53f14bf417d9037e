import { readdirSync } from "node:fs";
import { Table } from "apache-arrow";
import { afterEach, describe, expect, it } from "vitest";
import { examples } from "../../playground/examples/index.ts";
import { type Example, play, type Step } from "../../playground/examples/support/example.ts";
import { cached, configure, HashFuncError, UnhashableArgumentError } from "../../runtime/index.ts";

const example = (file: string): Example => {
  const found = examples.find((candidate) => candidate.file === `${file}.ts`);
  if (found === undefined) throw new Error(`no example ${file}`);
  return found;
};

/** Plays an example: for each call whether a body ran, and what came back. */
async function playSteps(file: string): Promise<{ steps: Step[]; ran: string[]; results: unknown[] }> {
  const steps = await play(example(file));
  return {
    steps,
    ran: steps.map((step) => step.runs.join(" + ") || "hit"),
    results: steps.map((step) => step.result),
  };
}

describe("data", () => {
  it("streams an answer: readers join, leave and come later, and the service is asked once for each whole answer", async () => {
    const { ran, results } = await playSteps("stream-answer");
    expect(ran).toEqual(["answer", "hit", "answer", "answer", "answer", "hit"]);
    expect(results[0]).toBe("You ask: What is a cache? Nobody knows, but it is kept.");
    expect(results[1]).toBe(results[0]);
    expect(results[2]).toEqual(["You ask: Why? ", "You ask: Why? Nobody knows, but it is kept."]);
    expect(results.slice(3)).toEqual(["You ask: ", "You ask: How? Nobody knows, but it is kept.", 4]);
  });

  it("loads a CSV file once, and gives each caller rows of its own [B25][B139]", async () => {
    const { ran, results } = await playSteps("load-csv");
    expect(ran).toEqual(["loadAirports", "hit"]);
    const [first, second] = results as { code: string }[][];
    expect(first).toHaveLength(3376);
    expect(first?.[0]).toEqual({
      code: "00M",
      city: "Bay Springs",
      state: "MS",
      latitude: 31.95376472,
      longitude: -89.23450472,
    });
    expect(second).toEqual(first);
    expect(second?.[0]).not.toBe(first?.[0]);
  });

  it("keys a table by its content", async () => {
    const { ran, results } = await playSteps("transform-table");
    expect(ran).toEqual(["sumColumns", "hit", "sumColumns", "sumColumns"]);
    expect(results).toEqual([{ one: 6, three: 24 }, { one: 6, three: 24 }, { two: 15 }, { two: 16 }]);
  });

  it("keys a long array by every element", async () => {
    const { ran, results } = await playSteps("add-arrays");
    expect(ran).toEqual(["addArrays", "hit", "addArrays"]);
    expect(results[1]).toBeInstanceOf(Float64Array);
    expect(results[1]).toEqual(Float64Array.from({ length: 100_000 }, (_, i) => i));
    expect((results[2] as Float64Array).at(-1)).toBe(49_999.5 - 1);
  });

  it("asks an API once for many equal requests at once", async () => {
    const { ran, results } = await playSteps("call-api");
    expect(ran).toEqual(["fetchWeather", "hit", "hit"]);
    expect(results[0]).toHaveLength(10);
    expect(results[1]).toMatchObject({ location: "Seattle", date: "2012-01-04", weather: "rain" });
    expect(results[2]).toBe(1);
  });

  it("does not keep a failed request", async () => {
    const { fetchWeather } = await import("../../playground/examples/call-api.ts");
    const { startWeatherServer } = await import("../../playground/examples/support/weather-server.ts");
    const server = await startWeatherServer();
    await expect(fetchWeather(server.url, "Atlantis", "2012-01-04")).rejects.toThrow("Atlantis 2012-01-04: 404");
    await expect(fetchWeather(server.url, "Atlantis", "2012-01-04")).rejects.toThrow("404");
    expect(server.requests()).toBe(2);
    await server.close();
  });

  it("rates each list of texts once, with one model for all", async () => {
    const { ran, results } = await playSteps("run-model");
    expect(ran).toEqual(["rateTexts + loadModel", "hit", "rateTexts"]);
    const [positive, negative, neutral] = results[0] as number[];
    expect(positive).toBeGreaterThan(0.5);
    expect(negative).toBeLessThan(-0.5);
    expect(neutral).toBe(0);
    expect(results[1]).toEqual(results[0]);
  });

  it("stores Arrow tables of 200,000 rows and keys by them", async () => {
    const { ran, results } = await playSteps("arrow-table");
    expect(ran).toEqual(["loadFlights", "hit", "delayByDistance", "hit"]);
    expect(results.slice(0, 2)).toEqual([200_000, 200_000]);
    expect(results[3]).toEqual(results[2]);
    const { loadFlights } = await import("../../playground/examples/arrow-table.ts");
    const [a, b] = [await loadFlights("flights-200k.arrow"), await loadFlights("flights-200k.arrow")];
    expect(a).toBeInstanceOf(Table);
    // Not `not.toBe`: it would compare all 200,000 rows for its message.
    expect(a === b).toBe(false);
    expect(a.get(199_999)?.toJSON()).toEqual(b.get(199_999)?.toJSON());
  });
});

describe("the data frames of Streamlit's guide, as Arrow tables", () => {
  it("are arguments and results, each caller's own", async () => {
    const { ran, results } = await playSteps("guide-tables");
    expect(ran).toEqual([
      ...["loadData", "hit"],
      ...["transform", "hit", "transform", "transform"],
      ...["query + connect", "hit"],
      ...["fetchRows", "hit"],
    ]);
    expect(results).toEqual([
      ...[31.95376472, 31.95376472],
      ...['{"one": 6, "three": 24}', '{"one": 6, "three": 24}', '{"one": 6, "three": 25}', '{"one": 6, "three": 24}'],
      ...Array(2).fill('{"id": 1, "owner": "Robert"},{"id": 2, "owner": "Cosette"},{"id": 3, "owner": "Alice"}'),
      ...Array(2).fill('{"row": 0},{"row": 1},{"row": 2}'),
    ]);
  });
});

describe("resources", () => {
  it("loads a model once and shares it [B140][B153]", async () => {
    const { ran, results } = await playSteps("load-model");
    expect(ran).toEqual(["loadModel", "hit"]);
    expect(results[1]).toBe(true);
  });

  it("connects to Postgres once, queries through it, and closes it when it is cleared [B140][B255]", async () => {
    const connected = await playSteps("connect-database");
    expect(connected.ran).toEqual(["connect", "hit", "hit"]);
    expect(connected.results[2]).toBe(true);
    const db = connected.results[0] as { closed: boolean };
    expect(db.closed).toBe(false);

    const queried = await playSteps("query-database");
    expect(queried.ran).toEqual(["query + connect", "hit", "query"]);
    expect(queried.results[1]).toEqual([
      { id: 1, owner: "Robert", pet: "dog" },
      { id: 2, owner: "Cosette", pet: "cat" },
      { id: 3, owner: "Alice", pet: "bird" },
    ]);
    expect(queried.results[2]).toEqual([{ id: 3, owner: "Alice", pet: "bird" }]);
    await expect.poll(() => db.closed).toBe(true);
  });

  it("gives three visitors 2, 3, 4 from a shared list and 2, 2, 2 from lists of their own [B141]", async () => {
    const { ran, results } = await playSteps("shared-list");
    expect(results).toEqual([2, 2, 3, 2, 4, 2]);
    expect(ran).toEqual(["sharedList", "ownList", "hit", "hit", "hit", "hit"]);
  });

  it("shows a dropped column to the next visitor of a resource, not of data [B139][B142]", async () => {
    const { results } = await playSteps("mutate-result");
    const all = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"];
    expect(results).toEqual([all, all, all, all.filter((name) => name !== "wind")]);
  });
});

describe("guides", () => {
  it("an API that is slow and sometimes down: old values stand in, one run replaces them", async () => {
    const { ran, results } = await playSteps("slow-api");
    expect(ran).toEqual(["fetchRates", "fetchRates", "hit", "fetchRates", "hit", "fetchRates"]);
    expect(results.map((rates) => (rates as { eur: number }).eur)).toEqual(
      [1, 1, 2, 2, 2, 3].map((n) => n + offset(results)),
    );
  });

  it("warm before traffic: the first visitors hit", async () => {
    const { ran, results } = await playSteps("warm-up");
    expect(ran).toEqual([Array(4).fill("productPage").join(" + "), "hit", "hit", "hit", "hit"]);
    expect(results[0]).toEqual({ warmed: 3, failed: ["unicorn"] });
  });

  it("a page per user: 1,000 interleaved requests never share what hangs on the user", async () => {
    const { ran, results } = await playSteps("per-user");
    expect(ran.slice(0, 3)).toEqual(["ordersPage + rights", "rights", "ordersPage + rights"]);
    expect(results.slice(0, 3)).toEqual([
      "orders of ann in May (read, write)",
      "orders of ann in May (read, write)",
      "orders of bob in May (read)",
    ]);
    expect(results[3]).toBe(0);
    const { countMixedUp, ordersPage } = await import("../../playground/examples/per-user.ts");
    const { misses } = cached(ordersPage).stats();
    expect(await countMixedUp(1000, 100)).toBe(0);
    expect(cached(ordersPage).stats().misses - misses).toBe(97);
  });

  it("clear when the data changes: exactly what shows the changed rows runs again", async () => {
    const { ran, results } = await playSteps("shop");
    expect(ran.map((names) => names.split(" + ")[0])).toEqual([
      ...["categoryPage", "categoryPage", "cheapest"],
      ...["hit", "categoryPage", "hit", "cheapest"], // the first of each row is the change itself
      ...["hit", "categoryPage", "hit", "cheapest"],
      ...["hit", "hit", "hit", "hit"],
    ]);
    expect(ran[4]).toBe("categoryPage + product");
    expect([results[4], results[8], results[10]]).toEqual([
      "chair 45, bench 90",
      "chair 45, bench 90, stool 20",
      "stool 20",
    ]);
    expect(results[11]).toContain("products_price_check");
  });

  it("resume after a fix: what was done before a failure is not done again", async () => {
    const { ran, results } = await playSteps("resume");
    const count = (step: number, name: string) => ran[step]?.split(" + ").filter((other) => other === name).length;
    expect([count(0, "load"), count(0, "clean"), count(0, "rate")]).toEqual([1, 1, 10]);
    expect(results[0]).toBe("3 of 10 texts are not rated");
    expect(ran.slice(1)).toEqual(["rate + rate + rate + summarize + report", "hit"]);
    expect(results[2]).toBe(results[1]);
  });

  it("coming from Spring: a method that calls its own is cached, a put is seen, and an eviction clears all", async () => {
    const { ran, results } = await playSteps("book-service");
    const find = "BookService.find";
    expect(ran).toEqual(["hit", find, "hit", "hit", "hit", "hit", find, find, "hit", find]);
    expect([results[2], results[5], results[7], results[9]]).toEqual([
      "Emma",
      { isbn: "1", title: "Emma", stock: 2 },
      undefined,
      { isbn: "1", title: "Emma", stock: 9 },
    ]);
  });
});

/** The API goes on counting where an example before it stopped. */
const offset = (results: unknown[]) => (results[0] as { eur: number }).eur - 1;

describe("limits", () => {
  it("serves a rate for an hour from its computation, not from its last use", async () => {
    const { ran, results } = await playSteps("ttl");
    expect(ran).toEqual(["exchangeRate", "hit", "exchangeRate"]);
    const rates = (results as { rate: number }[]).map(({ rate }) => rate);
    expect(rates[1]).toBe(rates[0]);
    expect(rates[2]).not.toBe(rates[0]);
  });

  it("computes 1, 2, 3, 2 of the calls 1, 2, 1, 3, 1, 2 with room for two [B178][B179]", async () => {
    const { ran, results } = await playSteps("max-entries");
    expect(ran).toEqual(["square", "square", "hit", "square", "hit", "square"]);
    expect(results).toEqual([1, 4, 1, 9, 1, 4]);
  });
});

describe("spinner", () => {
  const shown: string[] = [];
  afterEach(() => configure({ spinner: false }));

  it("shows the text with seconds on the miss alone, and nothing where it is off [B257][B259][B263][B264]", async () => {
    let open = 0;
    configure({
      spinner: {
        show({ text }) {
          open++;
          shown.push(text);
          return { update: (next) => void shown.push(next), hide: () => void open-- };
        },
      },
    });
    const { ran, results } = await playSteps("spinner");
    expect(ran).toEqual(["simulateWeather", "hit", "simulateQuietly"]);
    expect(results[1]).toEqual(["rain", "sun", "sun", "rain"]);
    expect(open).toBe(0);
    expect(shown[0]).toContain("Simulating the weather…");
    expect(shown.some((text) => /Simulating the weather….*\d\.\d ?s/.test(text))).toBe(true);
    expect(shown.every((text) => text.startsWith("Simulating the weather…"))).toBe(true);
  });
});

describe("parameters", () => {
  it("leaves a parameter with an underscore out, and refuses a connection without one [B34][B36][B310]", async () => {
    const { ran, results } = await playSteps("excluded-parameter");
    expect(ran).toEqual(["fetchRows", "hit", "fetchRows", "hit"]);
    expect(results.slice(0, 3)).toEqual([
      [0, 3, 6],
      [0, 3, 6],
      [0, 6, 12, 18],
    ]);
    const { connectAs, fetchRowsByConnection } = await import("../../playground/examples/excluded-parameter.ts");
    expect(() => fetchRowsByConnection(connectAs("ann"), 1)).toThrow(UnhashableArgumentError);
    expect(results[3]).toMatch(/fetchRowsByConnection\(\).*`connection\.fetchRows`.*`_connection`.*hashFuncs/);
  });

  it("takes two times of one day as one call [B114]", async () => {
    const { ran } = await playSteps("hash-date");
    expect(ran).toEqual(["dailyReport", "hit", "dailyReport"]);
  });

  it("keys instances of a class by a rule, also as the receiver of a method [B113][B128]", async () => {
    const { ran, results } = await playSteps("hash-class");
    expect(ran).toEqual(["multiply", "hit", "multiply", expect.stringContaining("times"), "hit"]);
    expect(results).toEqual([10, 10, 12, 15, 15]);
  });

  it("keys a validated model by its checked fields, with the rule given for the class itself [B113]", async () => {
    const { ran, results } = await playSteps("hash-validated-model");
    expect(ran).toEqual(["greet", "hit", "greet"]);
    expect(results).toEqual(["Hello Ada, 36", "Hello Ada, 36", "Hello Ada, 37"]);
  });

  it("keys a machine learning model by its version", async () => {
    const { ran, results } = await playSteps("hash-model");
    expect(ran).toEqual([expect.stringContaining("countPositive"), "hit", "countPositive"]);
    expect(results).toEqual([2, 2, 0]);
  });

  it("lets a rule override text and arrays, never applied to its own result [B112][B115][B117]", async () => {
    const { ran } = await playSteps("hash-built-in");
    expect(ran).toEqual(["search", "hit", "search", "filterByTags", "hit", "filterByTags"]);
  });

  it("names function, rule and place where a rule throws, and keeps nothing [B123][B124]", async () => {
    const { dailyReport } = await import("../../playground/examples/hash-date.ts");
    const { entries } = cached(dailyReport).stats();
    const failed = () => dailyReport(new Date(Number.NaN));
    expect(failed).toThrow(HashFuncError);
    expect(failed).toThrow(/dailyReport\(\).*Date.*`date`.*Invalid time value/);
    expect(cached(dailyReport).stats().entries).toBe(entries);
    expect(dailyReport(new Date(0))).toBe("report of 1970-01-01");
  });
});

describe("clearing", () => {
  it("clears one call, one function, or all data [B223][B224][B228][B229]", async () => {
    const { ran } = await playSteps("clear");
    const [page, title, hit] = ["loadPage", "loadTitle", "hit"];
    expect(ran).toEqual([
      ...[page, page, title],
      ...[hit, page, hit, hit], // the first of each row is the button itself
      ...[hit, page, page, hit],
      ...[hit, page, page, title],
    ]);
  });
});

describe("the list of examples", () => {
  it("names every module of the folder once, with a title of its own", async () => {
    const modules = readdirSync(new URL("../../playground/examples/", import.meta.url)).filter((name) =>
      name.endsWith(".ts"),
    );
    expect(examples.map(({ file }) => file).sort()).toEqual(modules.filter((file) => file !== "index.ts").sort());
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
  });
});
