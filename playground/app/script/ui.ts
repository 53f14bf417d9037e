import { statusSpinner } from "../activity.ts";
import type { Box, Cell, Item, TextKind, WidgetItem } from "./box.ts";
import { open, read, show } from "./current-run.ts";

/** Lines or bars over `x`: numbers or dates. */
interface ChartInput {
  label: string;
  x: readonly number[] | readonly Date[];
  lines: Readonly<Record<string, readonly (number | null)[]>>;
}

/** What tells a widget from others; its kind and label where this is absent. */
interface Keyed {
  key?: string;
}

/** What a script writes its page with. Containers and columns have the same methods, and show inside themselves. */
export class Ui {
  readonly #where: Box | undefined;
  readonly #before: () => void;

  /** @param before called first by each method: a script that is to end ends there */
  constructor(where?: Box, before: () => void = () => {}) {
    this.#where = where;
    this.#before = before;
  }

  readonly title = this.#writer("title");
  readonly header = this.#writer("header");
  readonly text = this.#writer("text");
  readonly caption = this.#writer("caption");
  readonly success = this.#writer("success");
  readonly info = this.#writer("info");
  readonly warning = this.#writer("warning");

  metric(label: string, value: string | number, note = ""): void {
    const text = typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 2 }) : value;
    this.#show({ kind: "metric", label, value: text, note });
  }

  table(rows: readonly Record<string, Cell>[], label = "Table"): void {
    this.#show({ kind: "table", rows, label });
  }

  lineChart(chart: ChartInput): void {
    this.#chart("line", chart);
  }

  barChart(chart: ChartInput): void {
    this.#chart("bars", chart);
  }

  container(): Ui {
    return this.#open("container");
  }

  columns(count: number): Ui[] {
    const row = this.#open("columns");
    return Array.from({ length: count }, () => row.container());
  }

  slider(label: string, min: number, max: number, initial = min, { step = 1, key }: Keyed & { step?: number } = {}) {
    return this.#read({ kind: "slider", key: key ?? `slider ${label}`, label, min, max, step, initial }) as number;
  }

  select<T extends string>(label: string, options: readonly T[], initial = options[0], { key }: Keyed = {}): T {
    if (initial === undefined) throw new Error(`select("${label}"): there is no option to choose from`);
    return this.#read({ kind: "select", key: key ?? `select ${label}`, label, options, initial }) as T;
  }

  checkbox(label: string, initial = false, { key = `checkbox ${label}` }: Keyed = {}): boolean {
    return this.#read({ kind: "checkbox", key, label, initial }) as boolean;
  }

  textInput(label: string, initial = "", { key = `text ${label}` }: Keyed = {}): string {
    return this.#read({ kind: "textInput", key, label, initial }) as string;
  }

  /** True in the run that answers a press. */
  button(label: string, { key = `button ${label}` }: Keyed = {}): boolean {
    return this.#read({ kind: "button", key, label }) as boolean;
  }

  /** Shows a text while something runs that is not cached; cached functions show theirs by themselves. */
  async spinner<T>(text: string, work: () => T | Promise<T>): Promise<T> {
    this.#before();
    const shown = statusSpinner.show({ name: text, hasArgs: false, text });
    try {
      return await work();
    } finally {
      shown.hide();
    }
  }

  #writer(kind: TextKind): (text: string) => void {
    return (text) => this.#show({ kind, text });
  }

  #chart(shape: "line" | "bars", { label, x, lines }: ChartInput): void {
    this.#show({ kind: "chart", shape, chart: { label, x: x.map(Number), isTime: x[0] instanceof Date, lines } });
  }

  #show(item: Exclude<Item, WidgetItem | { box: Box }>): void {
    this.#before();
    show(item, this.#where);
  }

  #open(kind: "container" | "columns"): Ui {
    this.#before();
    return new Ui(open(kind, this.#where), this.#before);
  }

  #read(item: WidgetItem): unknown {
    this.#before();
    return read(item, this.#where);
  }
}

/** For cached functions that show something: the same methods, on whatever page is open. */
export const ui = new Ui();
