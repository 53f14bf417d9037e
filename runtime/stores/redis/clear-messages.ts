import type { Redis } from "ioredis";
import type { Invalidation } from "../store.ts";
import type { Connection } from "./connection.ts";

/** What is told and asked. */
export interface MessageOptions {
  channel: string;
  /** The key that counts clears. */
  count: string;
  /** Marks this process's own messages. */
  instance: string;
  /** Milliseconds between two looks at the count, with messages and without them. */
  pollInterval: { behindMessages: number; alone: number };
  warn(message: string): void;
}

/** Of so many clears it is known that they were heard of; beyond, the next look finds that something was missed. */
const MOST_HEARD = 10_000;

/**
 * What other machines clear, as messages and, behind them, as a count that is looked at now and then: a server may refuse the channel to
 * its user, and a message may get lost. A message carries digests, never an argument.
 */
export class ClearMessages {
  private readonly options: MessageOptions;
  private readonly commands: Connection;
  private readonly listeners = new Set<(change: Invalidation) => void>();
  /** Counts of the clears that were heard of, by message or because they are this process's own. */
  private readonly heard = new Set<number>();
  private polled: number | undefined;
  private isRefused = false;
  private isSuspicious = false;
  private hasMissed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(options: MessageOptions, commands: Connection) {
    this.options = options;
    this.commands = commands;
  }

  listen(listener: (change: Invalidation) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Part of connecting. */
  async subscribe(client: Redis): Promise<void> {
    client.on("message", (_channel: string, text: string) => this.receive(text));
    try {
      await client.subscribe(this.options.channel);
      this.isRefused = false;
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.refuse("subscribe to");
    }
    if (this.hasMissed) this.tell({ isReconnected: true });
    this.hasMissed = false;
  }

  /** While no messages can be received everything in memory may be out of date. */
  lost(): void {
    this.hasMissed = true;
    this.tell({ isReconnected: true });
  }

  /** The server that took the last clears ended the connection for commands: the next one may never have heard of them. */
  mayBeLost(): void {
    this.tell({ scopes: [], isReconnected: true });
  }

  /** Begins to look at the count; what gets into memory before would miss a clear. */
  async start(): Promise<void> {
    await this.poll().catch(() => {
      this.hasMissed = true;
    });
    this.pollLater();
  }

  /** Tells others of a clear that the server has taken. Who hears no message sees the count. */
  async publish(client: Redis, count: number, scopes: readonly string[]): Promise<void> {
    this.note(count);
    const message = JSON.stringify({ from: this.options.instance, count, scopes });
    try {
      await client.publish(this.options.channel, message);
    } catch (error) {
      if (isForbidden(error)) this.refuse("publish to");
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private receive(text: string): void {
    const message = readMessage(text);
    if (message === undefined) return;
    this.note(message.count);
    if (message.from !== this.options.instance) this.tell({ scopes: message.scopes });
  }

  private note(count: number): void {
    if (this.heard.size >= MOST_HEARD) this.heard.clear();
    this.heard.add(count);
  }

  private async poll(): Promise<void> {
    const count = Number((await this.commands.use((client) => client.get(this.options.count))) ?? 0);
    const { polled, heard } = this;
    if (polled === undefined || count === polled) {
      this.polled = count;
      return;
    }
    let known = 0;
    for (const each of heard) if (each > polled && each <= count) known++;
    // A message may be on its way: it is missed if it has not come by the next look.
    const isMissed = known !== count - polled;
    if (isMissed && !this.isRefused && !this.isSuspicious && count > polled) {
      this.isSuspicious = true;
      return;
    }
    this.isSuspicious = false;
    this.polled = count;
    for (const each of heard) if (each <= count) heard.delete(each);
    if (isMissed) this.tell({});
  }

  private pollLater(): void {
    if (this.isClosed) return;
    const { alone, behindMessages } = this.options.pollInterval;
    const pause = this.isRefused || this.isSuspicious ? alone : behindMessages;
    this.timer = setTimeout(() => {
      this.poll()
        .catch(() => {})
        .finally(() => this.pollLater());
    }, pause);
    this.timer.unref();
  }

  private refuse(what: string): void {
    const { channel, pollInterval, warn } = this.options;
    const { alone, behindMessages } = pollInterval;
    this.isRefused = true;
    // Those who may subscribe wait for messages, so they look at the count less often.
    const longest = what === "publish to" ? behindMessages + alone : alone;
    warn(
      `the server does not let this user ${what} the channel "${channel}", so clears reach the memory of other machines by ` +
        `polling, after up to ${longest} ms instead of at once. Allow it: ACL SETUSER <user> &${channel}`,
    );
  }

  private tell(change: Invalidation): void {
    for (const listener of this.listeners) listener(change);
  }
}

const isForbidden = (error: unknown): boolean => /NOPERM/.test(String((error as Error | undefined)?.message));

function readMessage(text: string): { from: string; count: number; scopes: string[] } | undefined {
  try {
    const message = JSON.parse(text) as { from: string; count: number; scopes: string[] };
    const isMessage = Number.isSafeInteger(message?.count) && Array.isArray(message.scopes);
    return isMessage && message.scopes.every((scope) => typeof scope === "string") ? message : undefined;
  } catch {
    return undefined;
  }
}
