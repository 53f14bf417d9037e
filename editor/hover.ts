import { formatBytes, formatCount } from "../cli/format.ts";
import type { Diagnostic, FunctionReport } from "../transformer/types.ts";
import type { KeptOnDisk } from "./kept-on-disk.ts";
import type { ShownOption } from "./options.ts";

const SHOWN = 8;

/** What a cached function is, in Markdown: kind, key, options, what its hash covers, and what earlier runs have left of it. */
export function describeFunction(
  fn: FunctionReport,
  warnings: readonly Diagnostic[],
  kept: KeptOnDisk | undefined,
): string {
  const tree = fn.tree ?? [];
  const packages = tree.filter(({ kind }) => kind === "package").map(({ name }) => name.split("#")[0] as string);
  const declarations = tree.slice(1).filter(({ kind, file }) => kind !== "package" && file !== undefined);
  const options = Object.entries(fn.options).map(([name, value]) => `\`${name}: ${String(value)}\``);
  const files = fn.dependencies.length + 1;
  return [
    `**cachet** ${fn.kind} \`${fn.name}\` \`${fn.hash}\``,
    `Key: ${fn.parts.length > 0 ? fn.parts.map((part) => `\`${part}\``).join(", ") : "no arguments"}`,
    ...(options.length > 0 ? [`Options: ${options.join(", ")}`] : []),
    ...(declarations.length > 0
      ? [
          `Covers ${declarations.length + 1} declarations in ${files} ${files === 1 ? "file" : "files"}:`,
          list(declarations.map(({ kind, name, file, line }) => `${kind} \`${name}\` ${baseName(file)}:${line}`)),
        ]
      : ["Covers its own code only."]),
    ...(packages.length > 0 ? [`Packages: ${[...new Set(packages)].map((name) => `\`${name}\``).join(", ")}`] : []),
    ...(kept ? [describeKept(kept)] : []),
    ...warnings.map(({ code, message }) => `⚠ ${code}: ${message}`),
  ].join("\n\n");
}

function describeKept({ entries, bytes, others }: KeptOnDisk): string {
  const current = entries > 0 ? `${formatCount(entries, "entry", "entries")}, ${formatBytes(bytes)}` : "no entry yet";
  return `On disk: ${current}${others > 0 ? `; ${others} of other versions of its code` : ""}`;
}

export function describeOption({ name, expects }: ShownOption): string {
  return `**cachet** \`${name}\`: ${expects}`;
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).map((item) => `- ${item}`);
  return [...shown, ...(items.length > SHOWN ? [`- and ${items.length - SHOWN} more`] : [])].join("\n");
}

const baseName = (file: string | undefined): string => file?.split("/").at(-1) ?? "";
