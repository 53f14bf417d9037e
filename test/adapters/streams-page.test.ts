import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { type MarkedPage, openMarkedPage, type Told } from "./marked-page.ts";

const PROGRAM = `
/** @cacheData({ persist: true }) */
async function* words(text: string) {
  runs.push("words");
  for (const word of text.split(" ")) {
    note(word);
    yield word;
    await turn();
    note(word + "!");
  }
}
/** @cacheData({ persist: true }) */
async function bytes(text: string): Promise<ReadableStream<Uint8Array>> {
  runs.push("bytes");
  return new Blob([text]).stream();
}
async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) { chunks.push(chunk); await turn(); }
  return chunks;
}
export const page = {
  words: (text: string) => tell(() => all(words(text))),
  both: () => tell(() => Promise.all([all(words("a b")), all(words("c d")), all(words("a b"))])),
  text: () => tell(async () => {
    const stream = await bytes("text");
    return [stream instanceof ReadableStream, await new Response(stream.pipeThrough(new TransformStream())).text()];
  }),
};
`;

declare global {
  interface Window {
    streams?: { page: { words(text: string): Promise<Told>; both(): Promise<Told>; text(): Promise<Told> } };
  }
}

describe.skipIf(!requires("chromium"))("streams in a page", () => {
  let marked: MarkedPage;

  beforeAll(async () => {
    marked = await openMarkedPage(PROGRAM, "streams");
  });
  afterAll(() => marked?.close());

  const open = () => marked.open();
  const both = (page: Page) => page.evaluate(() => window.streams?.page.both());
  const words = (page: Page, text: string) => page.evaluate((given) => window.streams?.page.words(given), text);
  const text = (page: Page) => page.evaluate(() => window.streams?.page.text());

  it("are recorded, each with what its own body shows, and read again after a reload", async () => {
    const first = await open();
    const told = await both(first);
    expect(told).toMatchObject({
      given: [
        ["a", "b"],
        ["c", "d"],
        ["a", "b"],
      ],
      runs: ["words", "words"],
    });
    expect(await words(first, "a b")).toEqual({ given: ["a", "b"], shown: ["a", "a!", "b", "b!"], runs: [] });
    expect(await text(first)).toEqual({ given: [true, "text"], shown: [], runs: ["bytes"] });
    await first.close();
    const second = await open();
    expect(await words(second, "a b")).toEqual({ given: ["a", "b"], shown: ["a", "a!", "b", "b!"], runs: [] });
    expect(await words(second, "c d")).toEqual({ given: ["c", "d"], shown: ["c", "c!", "d", "d!"], runs: [] });
    expect(await text(second)).toEqual({ given: [true, "text"], shown: [], runs: [] });
    await second.close();
  });
});
