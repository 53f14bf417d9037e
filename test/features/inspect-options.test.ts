import { cached, cacheScope } from "cachet";
import { inspect } from "cachet/inspect";
import { expect, it } from "vitest";

const request = cacheScope("request");

/**
 * @cacheData({
 *   scope: request,
 *   context: [() => "ann", () => "en"],
 *   tags: ["products", (id) => `product:${id}`],
 *   errors: { ttl: 1, when: () => true },
 * })
 */
function load(id: number): number {
  return id;
}

it("options that hold functions are told by what else is in them: a panel may live in another window", () => {
  expect(request.run(() => load(1))).toBe(1);
  const { options } = inspect().find(({ id }) => id === cached(load).id) ?? {};
  expect(structuredClone(options)).toEqual({
    scope: { name: "request", run: "given" },
    context: ["given", "given"],
    tags: ["products", "given"],
    errors: { ttl: 1000, when: "given" },
  });
});
