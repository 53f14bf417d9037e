import type { Box } from "./box.ts";
import { read, wasPressed } from "./current-run.ts";

// Each is a widget: in a cached function with `allowWidgets` the value it gives joins the key.

/** @cacheWidget */
export function slider(
  label: string,
  min: number,
  max: number,
  initial = min,
  { step = 1, key = `slider ${label}` }: { step?: number; key?: string } = {},
  where?: Box,
): number {
  const isValid = (value: unknown): value is number => typeof value === "number" && value >= min && value <= max;
  return read({ kind: "slider", key, label, min, max, step, initial }, initial, isValid, where);
}

/** @cacheWidget */
export function select<T extends string>(
  label: string,
  options: readonly T[],
  initial: T | undefined = options[0],
  { key = `select ${label}` }: { key?: string } = {},
  where?: Box,
): T {
  if (initial === undefined) throw new Error(`select("${label}"): there is no option to choose from`);
  const isValid = (value: unknown): value is T => options.includes(value as T);
  return read({ kind: "select", key, label, options, initial }, initial, isValid, where);
}

/** @cacheWidget */
export function checkbox(
  label: string,
  initial = false,
  { key = `checkbox ${label}` }: { key?: string } = {},
  where?: Box,
): boolean {
  const isValid = (value: unknown): value is boolean => typeof value === "boolean";
  return read({ kind: "checkbox", key, label, initial }, initial, isValid, where);
}

/** @cacheWidget */
export function textInput(
  label: string,
  initial = "",
  { key = `text ${label}` }: { key?: string } = {},
  where?: Box,
): string {
  const isValid = (value: unknown): value is string => typeof value === "string";
  return read({ kind: "textInput", key, label, initial }, initial, isValid, where);
}

/**
 * True in the run that answers a press.
 * @cacheWidget
 */
export function button(label: string, { key = `button ${label}` }: { key?: string } = {}, where?: Box): boolean {
  return wasPressed({ kind: "button", key, label }, where);
}
