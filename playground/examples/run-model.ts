import { loadModel } from "./load-model.ts";
import type { Show } from "./support/example.ts";

/**
 * Rates texts with the model. The same texts are never rated twice.
 * @cacheData
 */
export function rateTexts(texts: string[]): number[] {
  const model = loadModel();
  return texts.map((text) => model.score(text));
}

export async function run(show: Show): Promise<void> {
  const texts = ["I love this, it is wonderful!", "What a terrible day.", "The train leaves at nine."];
  await show("rateTexts(texts)", () => rateTexts(texts));
  await show("rateTexts(texts)", () => rateTexts([...texts]));
  await show("rateTexts(otherTexts)", () => rateTexts(["What a wonderful day."]));
}
