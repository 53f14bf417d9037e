import type { Page } from "../app/script/page.ts";
import { loadModel } from "../examples/load-model.ts";

/** @cacheData({ maxEntries: 100 }) */
function rate(text: string): number {
  return loadModel().score(text);
}

export default (async (ui) => {
  ui.title("How positive is a text?");
  ui.text("The language model is a resource: loaded once, shared by all calls. Each text is rated once.");
  const text = ui.textInput("A text", "I love this, it is wonderful!");
  const score = rate(text);
  ui.metric("Score", score.toFixed(2), "from -1, negative, to 1, positive");
  if (score > 0) ui.success("That sounds good.");
  else if (score < 0) ui.warning("That does not sound good.");
  else ui.info("Neither good nor bad.");
}) satisfies Page;
