import { cacheSignal } from "cachet";
import { ChatService } from "./support/chat-server.ts";
import type { Show } from "./support/example.ts";
import { dataOf } from "./support/server-sent-events.ts";

// cachet-allow-mutable: what it has counted is what this shows
const chat = new ChatService();

/**
 * The words of an answer, as the model finds them. They are recorded while somebody reads, and kept when the answer is whole.
 * @cacheData({ persist: true, ttl: "1d" })
 */
export async function* answer(question: string): AsyncGenerator<string> {
  const body = await chat.complete(question, cacheSignal());
  for await (const data of dataOf(body)) {
    if (data === "[DONE]") return;
    yield JSON.parse(data).delta as string;
  }
}

async function read(words: AsyncIterable<string>, most = Number.POSITIVE_INFINITY): Promise<string> {
  let text = "";
  for await (const word of words) {
    text += word;
    if (--most <= 0) break;
  }
  return text;
}

export async function run(show: Show): Promise<void> {
  await chat.start();
  await show('answer("What is a cache?"), read word by word', () => read(answer("What is a cache?")));
  await show("the same again", () => read(answer("What is a cache?")));
  await show('answer("Why?") in two tabs, one of which is closed after three words', () =>
    Promise.all([read(answer("Why?"), 3), read(answer("Why?"))]),
  );
  await show('answer("How?"), closed after two words: there is nothing to keep', () => read(answer("How?"), 2));
  await show('answer("How?")', () => read(answer("How?")));
  await show("requests that the service saw", () => chat.requests);
  await chat.stop();
}
