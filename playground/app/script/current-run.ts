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

/** Adds an item to a box, or to the page itself. */
export function put(item: Item, where: Box = current.box): void {
  where.items.push(item);
  current.changed();
}

/**
 * Adds a widget and gives what a person has set it to.
 * @throws Error where two widgets of one run have the same key.
 */
export function read<T>(item: WidgetItem, initial: T, isValid: (value: unknown) => value is T, where?: Box): T {
  if (current.keys.has(item.key)) {
    throw new Error(
      `There are two widgets with the key "${item.key}", so they could not be told apart. ` +
        `Give one another label, or a key: { key: "…" }.`,
    );
  }
  current.keys.add(item.key);
  put(item, where);
  const value = current.values.get(item.key);
  if (isValid(value)) return value;
  // Set before an edit changed what can be chosen. The widget itself must not go on to show it.
  current.values.delete(item.key);
  return initial;
}

/** Whether this run answers a press of the button. */
export function wasPressed(item: WidgetItem, where?: Box): boolean {
  return read(item, false, (value): value is boolean => value === true, where) || current.pressed.has(item.key);
}
