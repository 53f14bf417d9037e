import { Box, type Item, type WidgetItem } from "./box.ts";

/** What elements and widgets need to know of the run that is going on. */
export interface ScriptRun {
  readonly box: Box;
  /** Values of widgets that a person has changed, by key. */
  readonly values: Map<string, unknown>;
  /** Keys of the buttons whose press this run answers. */
  readonly pressed: ReadonlySet<string>;
  /** Keys of the widgets shown so far. */
  readonly keys: Set<string>;
  /** Called after each new item. */
  changed(): void;
}

const nowhere: ScriptRun = { box: new Box(), values: new Map(), pressed: new Set(), keys: new Set(), changed() {} };

// Elements show on whatever page is open, whoever calls them. One run goes on at a time, so there is one such page.
// cachet-allow-mutable
let current = nowhere;

/** Makes all elements show in this run from now on. */
export function enter(run: ScriptRun): void {
  current = run;
}

function put(item: Item, where: Box = current.box): void {
  where.items.push(item);
  current.changed();
}

/**
 * Adds an item to a box, or to the page itself. A cached function that calls this shows the item again on every hit.
 * @cacheElement
 */
export function show(item: Exclude<Item, WidgetItem | { box: Box }>, where?: Box): void {
  put(item, where);
}

/**
 * A place of its own for what is shown in it; side by side with its siblings in `"columns"`.
 * @cacheElement
 */
export function open(kind: "container" | "columns", where?: Box): Box {
  const box = new Box();
  put({ kind, box }, where);
  return box;
}

/**
 * Adds a widget and gives what a person has set it to; of a button, whether this run answers a press of it. In a cached
 * function with `allowWidgets` the value joins the key.
 * @throws Error where two widgets of one run have the same key.
 * @cacheWidget
 */
export function read(item: WidgetItem, where?: Box): unknown {
  if (current.keys.has(item.key)) {
    throw new Error(
      `There are two widgets with the key "${item.key}", so they could not be told apart. ` +
        `Give one another label, or a key: { key: "…" }.`,
    );
  }
  current.keys.add(item.key);
  put(item, where);
  if (item.kind === "button") return current.pressed.has(item.key);
  const value = current.values.get(item.key);
  if (isValid(item, value)) return value;
  // Set before an edit changed what can be chosen. The widget itself must not go on to show it.
  current.values.delete(item.key);
  return item.initial;
}

function isValid(item: Exclude<WidgetItem, { kind: "button" }>, value: unknown): boolean {
  if (item.kind === "slider") return typeof value === "number" && value >= item.min && value <= item.max;
  if (item.kind === "select") return item.options.includes(value as string);
  return typeof value === typeof item.initial;
}
