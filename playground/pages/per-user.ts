import { cacheScope, clearTags, subscribe } from "cachet";
import { page } from "../app/script/page.ts";

/** Who is signed in. On a server this comes from the request, by `AsyncLocalStorage`. */
class Session {
  user = "Ann";
}

// cachet-allow-mutable: it is in the context
const session = new Session();
const currentUser = () => session.user;
const request = cacheScope("request");

interface Order {
  article: string;
  price: number;
}

/** Stands for a database. */
const ORDERS: Readonly<Record<string, Readonly<Record<string, readonly Order[]>>>> = {
  Ann: {
    May: [
      { article: "chair", price: 40 },
      { article: "lamp", price: 25 },
    ],
    June: [{ article: "bench", price: 90 }],
  },
  Bob: { May: [{ article: "stool", price: 20 }], June: [{ article: "table", price: 120 }] },
  Cleo: { May: [{ article: "sofa", price: 300 }], June: [{ article: "mirror", price: 60 }] },
};

/** @cacheData({ context: [currentUser], tags: () => `user:${currentUser()}` }) */
function ordersOf(month: string): Order[] {
  return [...(ORDERS[currentUser()]?.[month] ?? [])];
}

/** @cacheData({ scope: request, context: [currentUser] }) */
function rights(): string[] {
  return currentUser() === "Ann" ? ["read", "write"] : ["read"];
}

/** What each function did while `work` ran. */
function watch<T>(work: () => T): { value: T; calls: { function: string; hits: number; runs: number }[] } {
  const counts = new Map([ordersOf, rights].map((fn) => [fn.name, { hits: 0, runs: 0 }]));
  const stop = subscribe(({ name, type }) => {
    const count = counts.get(name);
    if (count && type === "hit") count.hits++;
    if (count && type === "miss") count.runs++;
  });
  try {
    const value = work();
    return { value, calls: [...counts].map(([name, count]) => ({ function: name, ...count })) };
  } finally {
    stop();
  }
}

export default page("Per user", (ui) => {
  ui.title("A page per user");
  ui.text(
    "ordersOf gets a month and nothing else. Its context names the user, so each has entries of their own. rights " +
      "belongs to a scope: it runs once in each request, however often it is asked for.",
  );
  const [who, when] = ui.columns(2);
  session.user = who?.select("Signed in", ["Ann", "Bob", "Cleo"]) ?? "Ann";
  const month = when?.select("Month", ["May", "June"]) ?? "May";
  const [again, clear] = ui.columns(2);
  again?.button("Ask again");
  if (clear?.button("Clear what this user sees")) void clearTags(`user:${session.user}`);

  const { value, calls } = watch(() =>
    request.run(() => ({ orders: ordersOf(month), menu: rights().join(", "), footer: rights().length })),
  );
  const [user, allowed] = ui.columns(2);
  user?.metric("User", session.user);
  allowed?.metric("Rights", value.menu, "asked for twice");
  ui.table(calls, "Calls in this request");
  ui.table(
    value.orders.map((order) => ({ ...order })),
    `Orders of ${session.user}`,
  );
  ui.caption("Choose another user and come back: their orders are still there, and nobody else has seen them.");
});
