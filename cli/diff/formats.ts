import type { HashChange } from "../../transformer/reports/hash-diff.ts";
import type { Found } from "../project.ts";
import type { Terminal } from "../terminal.ts";
import type { Difference, Shorten } from "./difference.ts";

/** What a format is made of. */
export interface Report {
  difference: Difference;
  /** As it was asked for, and the commit that it means. */
  ref: string;
  commit: string;
  shorten: Shorten;
  /** From the directory that paths are relative to up to the repository's, with a `/` behind it: `packages/app/`. */
  prefix: string;
  terminal: Terminal;
}

export const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  text: asText,
  json: (report) => JSON.stringify(toJson(report), undefined, 2),
  markdown: asMarkdown,
  github: asAnnotations,
};

function asText({ difference, ref, shorten, terminal }: Report): string {
  const { cold, moved, added, removed } = difference;
  const label = (style: "red" | "green" | "dim", text: string) => terminal.paint(style, text.padEnd(5));
  const place = (fn: Found, side: Shorten["now"]) => terminal.paint("dim", `${side(fn.file)}:${fn.line}`);
  const lines = [
    ...cold.flatMap(({ fn, changes }) => [
      `${label("red", "cold")}  ${fn.id}  ${place(fn, shorten.now)}`,
      ...changes.map((change) => `       ${describeChange(change, terminal)}`),
    ]),
    ...moved.flatMap(({ fn, before }) => [
      `${label("red", "cold")}  ${fn.id}  ${place(fn, shorten.now)}`,
      `       renamed or moved: it was ${before.id}`,
    ]),
    ...added.map((fn) => `${label("green", "new")}  ${fn.id}  ${place(fn, shorten.now)}`),
    ...removed.map((fn) => `${label("dim", "gone")}  ${fn.id}  ${place(fn, shorten.old)}`),
  ];
  return [...lines, terminal.paint("bold", `${summarize(difference)} since ${ref}.`)].join("\n");
}

function summarize({ cold, moved, added, kept }: Difference): string {
  const count = cold.length + moved.length;
  const all = count + kept + added.length;
  return count === 0 ? "Nothing goes cold" : `${count} of ${all} cached functions ${count === 1 ? "goes" : "go"} cold`;
}

/** `changed value base  src/base.ts:2`. */
export function describeChange({ kind, name, change, place }: HashChange, terminal: Terminal): string {
  const where = place === undefined ? "" : `  ${terminal.paint("dim", place)}`;
  return `${change} ${terminal.paint("cyan", kind)} ${name}${where}`;
}

function toJson({ difference, commit, shorten }: Report): unknown {
  const { cold, moved, added, removed, kept } = difference;
  const place = (fn: Found) => `${shorten.now(fn.file)}:${fn.line}:${fn.column}`;
  return {
    base: commit,
    cold: cold.map(({ fn, before, changes }) => ({
      id: fn.id,
      kind: fn.kind,
      place: place(fn),
      before: before.hash,
      after: fn.hash,
      blame: changes,
    })),
    moved: moved.map(({ fn, before }) => ({ id: fn.id, kind: fn.kind, place: place(fn), before: before.id })),
    added: added.map((fn) => ({ id: fn.id, kind: fn.kind, place: place(fn) })),
    removed: removed.map((fn) => ({ id: fn.id, kind: fn.kind })),
    kept,
  };
}

/** For a comment on a pull request: one row per function, so that a table tells what its entries' end is worth. */
function asMarkdown({ difference, ref, commit, shorten }: Report): string {
  const { cold, moved, added, removed } = difference;
  const place = (fn: Found) => code(`${shorten.now(fn.file)}:${fn.line}`);
  const rows = [
    ...cold.map(({ fn, changes }) => [code(fn.id), place(fn), changes.map(inMarkdown).join("<br>")]),
    ...moved.map(({ fn, before }) => [code(fn.id), place(fn), `renamed or moved: it was ${code(before.id)}`]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  const others = [
    ...(added.length > 0 ? [`New: ${added.map((fn) => code(fn.id)).join(", ")}.`] : []),
    ...(removed.length > 0 ? [`Gone: ${removed.map((fn) => code(fn.id)).join(", ")}.`] : []),
  ];
  return [
    `**${summarize(difference)}** since ${code(ref)} (${commit.slice(0, 8)}).`,
    ...(rows.length > 0 ? ["", "| cached function | place | because of |", "| --- | --- | --- |", ...rows] : []),
    ...(others.length > 0 ? ["", ...others] : []),
  ].join("\n");
}

function inMarkdown({ kind, name, change, place }: HashChange): string {
  return `${change} ${kind} ${code(name)}${place === undefined ? "" : ` in ${code(place)}`}`;
}

/** In a table a bar ends the cell, in code too. */
function code(text: string): string {
  const content = text.replace(/\|/g, "\\|").replace(/\s+/g, " ");
  const fence = "`".repeat(Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length > 1 ? `${fence} ${content} ${fence}` : `${fence}${content}${fence}`;
}

/** Workflow commands: GitHub shows each beside the line that is to blame, or beside the function. */
function asAnnotations(report: Report): string {
  const { difference, ref, shorten, prefix } = report;
  const { cold, moved } = difference;
  const lines = [
    ...cold.map(({ fn, changes }) => {
      const blamed = changes.find(({ place, change }) => place !== undefined && change !== "removed")?.place;
      const reasons = changes.map(({ kind, name, change }) => `${change} ${kind} ${name}`).join(", ");
      return annotation(blamed ?? `${shorten.now(fn.file)}:${fn.line}`, prefix, `${fn.id} goes cold: ${reasons}`);
    }),
    ...moved.map(({ fn, before }) =>
      annotation(`${shorten.now(fn.file)}:${fn.line}`, prefix, `${fn.id} goes cold: it was ${before.id}`),
    ),
  ];
  return [...lines, `${summarize(difference)} since ${ref}.`].join("\n");
}

function annotation(place: string, prefix: string, message: string): string {
  const [, file = place, line] = /^(.*):(\d+)$/.exec(place) ?? [];
  const properties = { file: `${prefix}${file}`, ...(line !== undefined && { line }), title: "Cached functions" };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::notice ${list.join(",")}::${escapeData(message)}`;
}

const escapeData = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const escapeProperty = (text: string): string => escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
