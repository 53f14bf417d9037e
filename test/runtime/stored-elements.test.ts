import { expect, it } from "vitest";
import { configure } from "../../runtime/index.ts";
import { attach, element } from "../../runtime/internal.ts";
import { state } from "../../runtime/registry.ts";
import { data, freshId } from "./emitted.ts";
import { fakeStore } from "./fake-stores.ts";

it("shows on every hit of a stored primitive what its run showed, not on the first only", () => {
  const shown: string[] = [];
  const line = element({ id: freshId("line"), hash: "c1:0", name: "line", parts: ["text"] });
  const write = (text: string): unknown => line.call(undefined, [text], () => void shown.push(text));
  attach(line, write);
  configure({ stores: { mine: fakeStore() } });
  const id = freshId("count");
  const define = () => {
    state.functions.delete(id);
    return data(
      (n: number) => {
        write(`counted ${n}`);
        return n;
      },
      { id, persist: "mine", parts: ["n"] },
    );
  };
  define()(1);
  const again = define();
  for (let hits = 0; hits < 3; hits++) again(1);
  expect(shown).toEqual(Array(4).fill("counted 1"));
  state.settings.stores = {};
});
