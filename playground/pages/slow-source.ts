import { cached, observed } from "cachet";
import type { Page } from "../app/script/page.ts";
import { api, fetchRates } from "../examples/slow-api.ts";
import { letPass } from "../examples/support/clock.ts";

const STORIES = {
  miss: "Nothing was there: the call waited for the source.",
  join: "The call waited for a run that was under way.",
  hit: "In the cache, and younger than ten minutes.",
  stale: "Older than ten minutes, and here at once. One run in the background asks the source: ask again in a moment.",
};

export default (async (ui) => {
  ui.title("A source that is slow and sometimes down");
  ui.text("The source takes a second, and answers with the next number each time. Nobody should wait for it.");
  api.delay = 1000;
  api.isDown = ui.select("The source is", ["up", "down"]) === "down";
  const [ask, later, clear] = ui.columns(3);
  ask?.button("Ask again");
  if (later?.button("Let 15 minutes pass")) letPass(15 * 60);
  if (clear?.button("Clear the answer")) await cached(fetchRates).clear();

  const { value, status, age } = await observed(() => fetchRates("USD")).catch((error: Error) => {
    const failed = { eur: error.message };
    return { value: failed, status: "miss" as const, age: 0 };
  });
  const [answer, how, minutes] = ui.columns(3);
  answer?.metric("Answer", value.eur);
  how?.metric("Status", status);
  minutes?.metric("Age", `${Math.floor(age / 60_000)} min`);
  if (status === "stale") ui.warning(STORIES.stale);
  else ui.info(STORIES[status]);
  ui.caption(
    "Set the source to down and let time pass: the old answer stays, and the source is tried again every 30 seconds. " +
      "After two hours the call waits for a second before it gives the old answer; after a day and ten minutes it fails.",
  );
}) satisfies Page;
