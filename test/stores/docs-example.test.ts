import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { storeContract } from "../../runtime/stores/contract.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { temporaryDirectory } from "./bundle.ts";

const base = temporaryDirectory("docs-store");
afterAll(base.remove);

/** The first block of code below a heading of a page of the documentation, as JavaScript. */
function exampleBelow(heading: string): string {
  const page = readFileSync(new URL("../../docs/stores.md", import.meta.url), "utf8");
  const block = /```ts\n([\s\S]*?)```/.exec(page.slice(page.indexOf(heading)));
  return transformSync(block?.[1] as string, { loader: "ts", format: "esm" }).code;
}

describe("the store that docs/stores.md shows how to write", async () => {
  const file = join(base.path, "map-store.mjs");
  writeFileSync(file, exampleBelow("## Write a store"));
  const { mapStore } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    mapStore(now: () => number): Store;
  };
  it("is a store", () => expect(mapStore(Date.now)).toMatchObject({ name: "map", sync: true }));
  for (const { name, run } of storeContract({ create: (_, now) => mapStore(now) })) it(name, run);
});
