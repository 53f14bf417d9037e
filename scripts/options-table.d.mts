import type { OptionRow } from "../runtime/options/option-table.ts";

export function optionsTable(options: Record<string, OptionRow>): string;
export function splitReadme(readme: string): { before: string; table: string; after: string };
