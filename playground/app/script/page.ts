import type { Ui } from "./ui.ts";

/** A page: a script that runs from top to bottom whenever somebody touches a widget. */
export type Page = (ui: Ui) => void | Promise<void>;
