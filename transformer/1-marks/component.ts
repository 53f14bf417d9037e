import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import type { Report, SyntaxApi } from "../types.ts";
import { findMarks } from "./find-marks.ts";
import { type Dialect, dialectOf, findScriptBlocks, type ScriptBlock } from "./script-blocks.ts";

/**
 * A single-file component as one script. What runs for each instance stands in a function there, so that props and
 * state are captures: two components never share entries.
 *
 * ```text
 * <script setup lang="ts">                                  (blank)
 * import { get } from "./http.ts";          →  import { get } from "./http.ts";;(async () => {
 * const props = defineProps<{ id: number }>();      const props = defineProps<{ id: number }>();
 * /** @cacheData *\/                                 /** @cacheData *\/
 * function load() { return get(props.id); }         function load() { return get(props.id); }
 * </script>                                         })
 * <template>…</template>                            (blank)
 * ```
 */
export interface ComponentFile {
  dialect: Dialect;
  /** The component as it was written. */
  text: string;
  sourceFile: ts.SourceFile;
  blocks: ScriptBlock[];
  /** Parts of the script that stand for another text of the component: blanks, what was inserted (for nothing). */
  substitutions: Substitution[];
  /** The component's offset of one of the script. */
  originalOf(offset: number): number;
  /** The script's offset of one of the component. */
  offsetOf(original: number): number;
}

export interface Substitution {
  start: number;
  end: number;
  /** What the component has there. */
  text: string;
}

/** `undefined` for a file that is no component. */
export function readComponent(api: SyntaxApi, fileName: string, text: string): ComponentFile | undefined {
  const dialect = dialectOf(fileName);
  if (dialect === undefined) return undefined;
  const blocks = findScriptBlocks(dialect, text);
  const setup = blocks.find(({ role }) => role === "setup");
  const wrapping = setup ? wrapSetup(api, dialect, text, setup) : [];
  const kept = blocks.filter(({ role }) => role !== "client");
  const { script, substitutions } = assemble(text, kept, wrapping);
  const jsx = blocks.some(({ lang }) => lang === "tsx" || lang === "jsx");
  const sourceFile = api.createSourceFile(
    fileName,
    script,
    { languageVersion: api.ScriptTarget.Latest, jsDocParsingMode: api.JSDocParsingMode.ParseNone },
    true,
    jsx ? api.ScriptKind.TSX : api.ScriptKind.TS,
  );
  const inserted = substitutions.filter((one) => one.text === "");
  return {
    dialect,
    text,
    sourceFile,
    blocks,
    substitutions,
    originalOf: (offset) =>
      inserted.reduce((at, { start, end }) => (offset > start ? at - (Math.min(offset, end) - start) : at), offset),
    offsetOf: (original) =>
      inserted.reduce(
        (at, { start, end }) => (at > start || (at === start && original > 0) ? at + (end - start) : at),
        original,
      ),
  };
}

/** Client scripts of Astro are modules of their own, which bundlers get from Astro without their comments. */
export function reportClientMarks(api: SyntaxApi, component: ComponentFile, report: Report): void {
  for (const { start, end } of component.blocks.filter(({ role }) => role === "client")) {
    const parsed = api.createSourceFile("client.ts", component.text.slice(start, end), api.ScriptTarget.Latest, true);
    for (const { start: at, tag } of findMarks(api, parsed, () => {})) {
      const what = "a function in a script of the page, which Astro bundles by itself";
      const fix = "Move the function into a file of its own and import it there.";
      report(
        DIAGNOSTICS.unsupportedPlace({ start: component.offsetOf(start + at), length: tag.length }, tag, what, fix),
      );
    }
  }
}

/** A text that stands in the script and not in the component (`end` equals `start`), or covers some of it. */
interface Replacement {
  start: number;
  end: number;
  by: string[];
}

/** Every import in front of the function, since only modules import; the function around all that follows. */
function wrapSetup(api: SyntaxApi, dialect: Dialect, text: string, { start, end }: ScriptBlock): Replacement[] {
  const content = text.slice(start, end);
  const parsed = api.createSourceFile("setup.tsx", content, api.ScriptTarget.Latest, true, api.ScriptKind.TS);
  const { statements } = parsed;
  const leading = statements.findIndex((statement) => !api.isImportDeclaration(statement));
  const first = leading < 0 ? statements.length : leading;
  const late = statements.slice(first).filter(api.isImportDeclaration);
  const at = start + (statements[first - 1]?.end ?? 0);
  const copies = late.map((statement) => `;${statement.getText(parsed).replace(/\s*\r?\n\s*/g, " ")}`);
  const open = `;(async (${namesOfCompiler(api, dialect, parsed).join(", ")}) => {`;
  const blanks = late.map((statement) => ({
    start: start + statement.getStart(parsed),
    end: start + statement.end,
    by: [blank(statement.getText(parsed))],
  }));
  return [{ start: at, end: at, by: [...copies, open] }, ...blanks, { start: end, end, by: ["})"] }];
}

/** Names that the component's compiler gives a value: they are values of the instance, not globals. */
function namesOfCompiler(api: SyntaxApi, dialect: Dialect, parsed: ts.SourceFile): string[] {
  if (dialect === "astro") return ["Astro"];
  if (dialect === "vue") return [];
  const stores = [...parsed.text.matchAll(/(?<![\w$.])\$\$?[A-Za-z_]\w*/g)].map(([name]) => name);
  const names = [...stores.filter((name) => !RUNES.has(name)), ...reactiveNames(api, parsed)];
  return [...new Set(names)];
}

const RUNES = new Set(["$state", "$derived", "$effect", "$props", "$bindable", "$inspect", "$host"]);

/** `$: doubled = count * 2` declares `doubled` if nothing else does. */
function reactiveNames(api: SyntaxApi, parsed: ts.SourceFile): string[] {
  const declared = new Set<string>();
  for (const statement of parsed.statements.filter(api.isVariableStatement)) {
    for (const { name } of statement.declarationList.declarations)
      for (const one of namesIn(api, name)) declared.add(one);
  }
  return parsed.statements.flatMap((statement) => {
    if (!api.isLabeledStatement(statement) || !api.isExpressionStatement(statement.statement)) return [];
    let { expression } = statement.statement;
    while (api.isParenthesizedExpression(expression)) expression = expression.expression;
    if (!api.isBinaryExpression(expression) || expression.operatorToken.kind !== api.SyntaxKind.EqualsToken) return [];
    return namesIn(api, expression.left).filter((name) => !declared.has(name));
  });
}

function namesIn(api: SyntaxApi, node: ts.Node): string[] {
  if (api.isIdentifier(node)) return [node.text];
  const isPattern =
    api.isObjectLiteralExpression(node) ||
    api.isArrayLiteralExpression(node) ||
    api.isBindingName(node) ||
    api.isBindingElement(node);
  const isPart = api.isPropertyAssignment(node) || api.isShorthandPropertyAssignment(node) || api.isSpreadElement(node);
  if (!isPattern && !isPart) return [];
  const names: string[] = [];
  api.forEachChild(node, (child) => void names.push(...namesIn(api, child)));
  return names;
}

/** Blanks what is no script, so that every offset and line stays, and puts in what is to be put in. */
function assemble(text: string, blocks: readonly ScriptBlock[], replacements: readonly Replacement[]) {
  const substitutions: Substitution[] = [];
  let script = "";
  const pass = (from: number, to: number, isKept: boolean): void => {
    const piece = text.slice(from, to);
    if (!isKept && piece !== "")
      substitutions.push({ start: script.length, end: script.length + piece.length, text: piece });
    script += isKept ? piece : blank(piece);
  };
  let at = 0;
  const copy = (to: number): void => {
    for (const { start, end } of blocks) {
      if (end <= at || start >= to) continue;
      pass(at, Math.max(at, start), false);
      const from = Math.max(at, start);
      pass(from, Math.min(end, to), true);
      at = Math.min(end, to);
    }
  };
  for (const { start, end, by } of [...replacements].sort((one, other) => one.start - other.start)) {
    copy(start);
    if (at < start) {
      pass(at, start, false);
      at = start;
    }
    for (const piece of by) {
      substitutions.push({ start: script.length, end: script.length + piece.length, text: text.slice(start, end) });
      script += piece;
    }
    at = end;
  }
  copy(text.length);
  pass(at, text.length, false);
  return { script, substitutions };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
