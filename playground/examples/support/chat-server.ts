import { type LocalServer, serveLocally } from "./local-server.ts";

/** A stand-in for a service that completes chats: it streams its answer as server-sent events, word by word. */
export class ChatService {
  /** Requests so far. */
  requests = 0;
  #server: LocalServer | undefined;

  /** Starts to serve; a page can't, and answers by itself. */
  async start(): Promise<void> {
    this.requests = 0;
    if (typeof document !== "undefined") return;
    this.#server = await serveLocally(async (request, response) => {
      this.requests++;
      response.writeHead(200, { "content-type": "text/event-stream" });
      let body = "";
      for await (const part of request) body += part;
      for (const event of eventsFor(JSON.parse(body).question)) {
        if (response.destroyed) return;
        response.write(event);
        await new Promise(setImmediate);
      }
      response.end();
    });
  }

  async complete(question: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    if (this.#server === undefined) return this.#inPage(question);
    const response = await fetch(this.#server.url, {
      method: "POST",
      body: JSON.stringify({ question, stream: true }),
      signal,
    });
    if (!response.ok || response.body === null) throw new Error(`${response.status} ${response.statusText}`);
    return response.body;
  }

  #inPage(question: string): ReadableStream<Uint8Array> {
    this.requests++;
    const events = eventsFor(question).values();
    return new ReadableStream({
      pull: (controller) => {
        const { done, value } = events.next();
        if (done) controller.close();
        else controller.enqueue(new TextEncoder().encode(value));
      },
    });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }
}

function eventsFor(question: string): string[] {
  const words = `You ask: ${question} Nobody knows, but it is kept.`.split(/(?<= )/);
  return [...words.map((delta) => `data: ${JSON.stringify({ delta })}\n\n`), "data: [DONE]\n\n"];
}
