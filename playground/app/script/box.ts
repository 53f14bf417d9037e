/** What a cell of a table holds. */
export type Cell = string | number | boolean | null;

/** Texts that differ only in how they look. */
export type TextKind = "title" | "header" | "text" | "caption" | "success" | "info" | "warning";

/** What a widget looks like; its value is the page's, under `key`. */
export type WidgetItem =
  | { kind: "slider"; key: string; label: string; min: number; max: number; step: number; initial: number }
  | { kind: "select"; key: string; label: string; options: readonly string[]; initial: string }
  | { kind: "checkbox"; key: string; label: string; initial: boolean }
  | { kind: "textInput"; key: string; label: string; initial: string }
  | { kind: "button"; key: string; label: string };

/** One thing on the page. */
export type Item =
  | { kind: TextKind; text: string }
  | { kind: "metric"; label: string; value: string; note: string }
  | { kind: "table"; rows: readonly Record<string, Cell>[]; label: string }
  | { kind: "chart"; shape: "line" | "bars"; chart: ChartData }
  | { kind: "container" | "columns"; box: Box }
  | WidgetItem;

export interface ChartData {
  /** Told to those who cannot see the chart. */
  label: string;
  /** Numbers, or dates in milliseconds since 1970 where `isTime`. */
  x: readonly number[];
  isTime: boolean;
  lines: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A place that holds items, in order: the page itself, a container, a column. */
export class Box {
  readonly items: Item[] = [];
}

/** An item with whether it is left over from the run before, because the present one has not come that far. */
export interface Placed {
  item: Item;
  isOld: boolean;
  /** The items within, of containers and columns. */
  children: readonly Placed[];
}

/**
 * What is on the page while a run goes on: its items, then those of the run before that were below. So a rerun replaces
 * the page from top to bottom, and nothing jumps.
 */
export function layered(fresh: Box | undefined, before: Box | undefined): Placed[] {
  const count = Math.max(fresh?.items.length ?? 0, before?.items.length ?? 0);
  return Array.from({ length: count }, (_, i): Placed => {
    const now = fresh?.items[i];
    const old = before?.items[i];
    const item = (now ?? old) as Item;
    if (!("box" in item)) return { item, isOld: now === undefined, children: [] };
    const oldBox = old?.kind === item.kind && "box" in old ? old.box : undefined;
    return { item, isOld: now === undefined, children: layered(now && item.box, oldBox) };
  });
}
