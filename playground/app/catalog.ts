import { type Example, examples } from "../examples/index.ts";
import { pages } from "../pages/index.ts";
import { sources } from "../pages/sources.ts";
import { examplePage } from "./example-page.ts";
import { Observable } from "./observable.ts";
import type { Page } from "./script/page.ts";

/** A page in the list of pages. Its module is loaded when it is opened. */
export interface PageEntry {
  id: string;
  title: string;
  /** Its source files, from the playground's folder, its own first. */
  files: readonly [string, ...string[]];
  load(): Promise<Page>;
}

/** Everything that can be opened, as it is now: an edit of a page, an example or what they import brings a new one. */
export const catalog = new Observable({ pages, examples: examples.map(examplePage), sources });

if (import.meta.hot) {
  import.meta.hot.accept(
    ["../examples/index.ts", "../pages/index.ts", "../pages/sources.ts"],
    ([newExamples, newPages, newSources]) => {
      const { value } = catalog;
      catalog.set({
        examples: (newExamples?.["examples"] as readonly Example[] | undefined)?.map(examplePage) ?? value.examples,
        pages: (newPages?.["pages"] as readonly PageEntry[] | undefined) ?? value.pages,
        sources: (newSources?.["sources"] as typeof sources | undefined) ?? value.sources,
      });
    },
  );
}
