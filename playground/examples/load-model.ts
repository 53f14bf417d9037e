import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";
import type { Show } from "./support/example.ts";

/** Tells how positive a text is, from -1 to 1. */
export interface SentimentModel {
  score(text: string): number;
}

/**
 * Loads a language model once: much work and memory, and nothing that could be copied. All callers share it.
 * @cacheResource({ showSpinner: "Loading the model…" })
 */
export function loadModel(): SentimentModel {
  const nlp = winkNLP(model);
  return { score: (text) => Number(nlp.readDoc(text).out(nlp.its.sentiment)) };
}

export async function run(show: Show): Promise<void> {
  const first = await show("loadModel()", () => loadModel());
  await show("loadModel() === first", () => loadModel() === first);
}
