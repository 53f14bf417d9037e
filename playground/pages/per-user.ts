import { clearTags, subscribe } from "cachet";
import type { Page } from "../app/script/page.ts";
import { handle, ordersPage, rights } from "../examples/per-user.ts";

/** What each function did while `work` ran. */
async function watch<T>(work: () => Promise<T>) {
  const counts = new Map([ordersPage, rights].map((fn) => [fn.name, { hits: 0, runs: 0 }]));
  const stop = subscribe(({ name, type }) => {
    const count = counts.get(name);
    if (count && type === "hit") count.hits++;
    if (count && type === "miss") count.runs++;
  });
  try {
    const value = await work();
    return { value, calls: [...counts].map(([name, count]) => ({ function: name, ...count })) };
  } finally {
    stop();
  }
}

export default (async (ui) => {
  ui.title("A page per user");
  ui.text(
    "ordersPage gets a month and nothing else. Its context names the user, so each has entries of their own. rights " +
      "belongs to a scope: it runs once in each request, however often it is asked for.",
  );
  const [who, when] = ui.columns(2);
  const user = who?.select("Signed in", ["ann", "bob", "cleo"]) ?? "ann";
  const month = when?.select("Month", ["May", "June"]) ?? "May";
  const [again, clear] = ui.columns(2);
  again?.button("Ask again");
  if (clear?.button("Clear what this user sees")) await clearTags(`user:${user}`);

  const { value, calls } = await watch(() => handle(user, month));
  ui.success(value);
  ui.table(calls, "Calls in this request");
  ui.caption("Choose another user and come back: their page is still there, and nobody else has seen it.");
}) satisfies Page;
