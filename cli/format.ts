import type { Kind } from "../transformer/types.ts";
import type { Terminal } from "./terminal.ts";

const STYLES = { data: "cyan", resource: "magenta", element: "green", widget: "yellow", clears: "blue" } as const;

export function paintKind(terminal: Terminal, kind: Kind): string {
  return terminal.paint(STYLES[kind], kind);
}

/** `ttl=3600 persist=true`: as the build understood them, durations in seconds and sizes in bytes. */
export function formatOptions(options: Record<string, unknown>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${typeof value === "string" ? quoteIfNeeded(value) : String(value)}`)
    .join(" ");
}

function quoteIfNeeded(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** `1 entry`, `2 entries`. */
export function formatCount(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `512 B`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds as `12 ms`, `3.4 s`, `2.5 min`, `1.2 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}
