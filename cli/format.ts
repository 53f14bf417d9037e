import type { Kind } from "../transformer/types.ts";
import type { Terminal } from "./terminal.ts";

const STYLES = { data: "cyan", resource: "magenta", element: "green", widget: "yellow" } as const;

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
