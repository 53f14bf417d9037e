import { loadModel, type SentimentModel } from "./load-model.ts";
import type { Show } from "./support/example.ts";

/** A model with its settings. Comparing the weights would take far too long; the version says which model it is. */
export class TunedModel {
  readonly version: string;
  readonly threshold: number;
  readonly model: SentimentModel = loadModel();

  constructor(version: string, threshold: number) {
    this.version = version;
    this.threshold = threshold;
  }

  isPositive(text: string): boolean {
    return this.model.score(text) > this.threshold;
  }
}

/**
 * Two instances of one version are the same model.
 * @cacheData({ hashFuncs: { TunedModel: (model) => model.version } })
 */
export function countPositive(model: TunedModel, texts: string[]): number {
  return texts.filter((text) => model.isPositive(text)).length;
}

export async function run(show: Show): Promise<void> {
  const texts = ["I love this, it is wonderful!", "It works.", "What a terrible day."];
  await show('countPositive(new TunedModel("1.0", 0), texts)', () => countPositive(new TunedModel("1.0", 0), texts));
  await show('countPositive(new TunedModel("1.0", 0), texts)', () => countPositive(new TunedModel("1.0", 0), texts));
  await show('countPositive(new TunedModel("1.1", 1), texts)', () => countPositive(new TunedModel("1.1", 1), texts));
}
