import type { Ui } from "./ui.ts";

/** A page: a script that runs from top to bottom whenever somebody touches a widget. */
export interface Page {
  title: string;
  script: (ui: Ui) => void | Promise<void>;
}

/** Makes a page of a script. */
export function page(title: string, script: Page["script"]): Page {
  return { title, script };
}
