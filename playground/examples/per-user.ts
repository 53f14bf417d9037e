import { cacheScope } from "cachet";
import type { Show } from "./support/example.ts";
import { carryRequests } from "./support/requests.ts";

const requests = carryRequests<{ user: string }>();
const request = cacheScope("request");
const currentUser = (): string => requests.getStore()?.user ?? "nobody";

/**
 * Who asks is part of the key, though nobody passes it in.
 * @cacheData({ context: [currentUser], tags: () => `user:${currentUser()}`, ttl: "10m", maxEntries: 1000 })
 */
export async function ordersPage(month: string): Promise<string> {
  const user = currentUser();
  await Promise.resolve();
  return `orders of ${user} in ${month}`;
}

/**
 * Asked for in many places of one request, and never older than that.
 * @cacheData({ scope: request, context: [currentUser] })
 */
export async function rights(): Promise<string[]> {
  return currentUser() === "ann" ? ["read", "write"] : ["read"];
}

/** Needs the rights, as the page and every button on it do. */
async function menu(): Promise<string> {
  const items = await rights();
  return items.join(", ");
}

/** What a server does with each request. */
export function handle(user: string, month: string): Promise<string> {
  return requests.run({ user }, () =>
    request.run(async () => {
      const [page, top, bottom] = await Promise.all([ordersPage(month), menu(), menu()]);
      return top === bottom ? `${page} (${top})` : "two answers within one request";
    }),
  );
}

export async function run(show: Show): Promise<void> {
  await show('handle("ann", "May")', () => handle("ann", "May"));
  await show('handle("ann", "May")', () => handle("ann", "May"));
  await show('handle("bob", "May")', () => handle("bob", "May"));
  await show("12 requests of 3 users at once: pages of somebody else", () => countMixedUp(12, 3));
}

/** Makes requests of several users at once, and counts the answers that are not the asking user's own. */
export async function countMixedUp(count: number, users: number): Promise<number> {
  const asking = Array.from({ length: count }, (_, i) => `user ${i % users}`);
  const pages = await Promise.all(asking.map((user) => handle(user, "May")));
  return pages.filter((page, i) => page !== `orders of ${asking[i]} in May (read)`).length;
}
