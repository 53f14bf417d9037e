import { UnhashableArgumentError } from "cachet";
import { expect, it } from "vitest";

class Hidden {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  /** @cacheData({ this: "value" }) */
  find(id: number) {
    return this.#name + id;
  }
}

it("an instance that cannot be hashed names the option for `this`, not a parameter", () => {
  const error = (() => {
    try {
      return new Hidden("a").find(1);
    } catch (thrown) {
      return thrown as UnhashableArgumentError;
    }
  })() as UnhashableArgumentError;
  expect(error).toBeInstanceOf(UnhashableArgumentError);
  expect(error.parameter).toBe("this");
  expect(error.message).toContain('`this: "identity"`');
  expect(error.message).toContain('`this: "ignore"`');
  expect(error.message).not.toContain("_this");
});
