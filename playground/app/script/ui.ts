import { statusSpinner } from "../activity.ts";
import type { Box, Cell, TextKind } from "./box.ts";
import { type ChartInput, chart, metric, open, table, write } from "./elements.ts";
import { button, checkbox, select, slider, textInput } from "./widgets.ts";

/** What a script writes its page with. Containers and columns have the same methods, and show inside themselves. */
export interface Ui {
  title(text: string): void;
  header(text: string): void;
  text(text: string): void;
  caption(text: string): void;
  success(text: string): void;
  info(text: string): void;
  warning(text: string): void;
  metric(label: string, value: string | number, note?: string): void;
  table(rows: readonly Record<string, Cell>[], label?: string): void;
  lineChart(data: ChartInput): void;
  barChart(data: ChartInput): void;
  container(): Ui;
  columns(count: number): Ui[];
  slider(label: string, min: number, max: number, initial?: number, more?: { step?: number; key?: string }): number;
  select<T extends string>(label: string, options: readonly T[], initial?: T, more?: { key?: string }): T;
  checkbox(label: string, initial?: boolean, more?: { key?: string }): boolean;
  textInput(label: string, initial?: string, more?: { key?: string }): string;
  button(label: string, more?: { key?: string }): boolean;
  /** Shows a text while something runs that is not cached; cached functions show theirs by themselves. */
  spinner<T>(text: string, work: () => T | Promise<T>): Promise<T>;
}

/**
 * The methods, showing in one box. `before` is called first by each: a script that is to end ends there.
 */
export function uiIn(where?: Box, before: () => void = () => {}): Ui {
  const inside = (box: Box) => uiIn(box, before);
  const guarded =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    (...args: A): R => {
      before();
      return method(...args);
    };
  const writer = (kind: TextKind) => guarded((text: string) => write(kind, text, where));
  return {
    title: writer("title"),
    header: writer("header"),
    text: writer("text"),
    caption: writer("caption"),
    success: writer("success"),
    info: writer("info"),
    warning: writer("warning"),
    metric: guarded((label, value, note) => metric(label, value, note, where)),
    table: guarded((rows, label) => table(rows, label, where)),
    lineChart: guarded((data) => chart("line", data, where)),
    barChart: guarded((data) => chart("bars", data, where)),
    container: guarded(() => inside(open("container", where))),
    columns: guarded((count) => {
      const row = open("columns", where);
      return Array.from({ length: count }, () => inside(open("container", row)));
    }),
    slider: guarded((label, min, max, initial, more) => slider(label, min, max, initial, more, where)),
    select: (label, options, initial, more) => {
      before();
      return select(label, options, initial, more, where);
    },
    checkbox: guarded((label, initial, more) => checkbox(label, initial, more, where)),
    textInput: guarded((label, initial, more) => textInput(label, initial, more, where)),
    button: guarded((label, more) => button(label, more, where)),
    async spinner(text, work) {
      before();
      const shown = statusSpinner.show({ name: text, hasArgs: false, text });
      try {
        return await work();
      } finally {
        shown.hide();
      }
    },
  };
}

/** For cached functions that show something: the same methods, on whatever page is open. */
export const ui = uiIn();
