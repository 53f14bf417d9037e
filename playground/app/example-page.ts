import { describeResult, type Example, play } from "../examples/support/example.ts";
import type { PageEntry } from "./catalog.ts";
import type { Page } from "./script/page.ts";

/** A worked example as a page: its calls as they went, beside its code. */
export function examplePage(example: Example): PageEntry {
  const page: Page = async (ui) => {
    ui.title(example.title);
    ui.text(example.description);
    ui.button("Run again, from an empty cache");
    for (const { call, runs, result, milliseconds } of await play(example)) {
      const outcome = runs.length > 0 ? `ran ${runs.join(", ")}` : "nothing ran";
      const write = runs.length > 0 ? ui.warning : ui.success;
      write(`${call} – ${outcome} – ${milliseconds.toFixed(1)} ms`);
      ui.caption(describeResult(result));
    }
  };
  return {
    id: `example/${example.file.replace(".ts", "")}`,
    title: example.title,
    files: [`examples/${example.file}`],
    load: async () => page,
  };
}
