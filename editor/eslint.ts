import type { Linter, Rule } from "eslint";
import { loadTypeScript } from "#typescript";
import { dialectOf, findScriptBlocks } from "../transformer/1-marks/script-blocks.ts";
import { describeDiagnostic } from "../transformer/diagnostics.ts";
import { readOrUndefined } from "../transformer/engine/resolve-file.ts";
import type { Diagnostic, Fix } from "../transformer/types.ts";
import { MarkService } from "./service.ts";

let service: MarkService | undefined;

/** Reports wrong marks, and what no code hash can see, at their places inside the comments. */
const marks: Rule.RuleModule = {
  meta: {
    type: "problem",
    docs: { description: "marks of cachet that make no sense, and code that no code hash can see" },
    schema: [
      {
        type: "object",
        properties: {
          warnings: { type: "boolean", description: "Also report what a code hash can't see (CACHET3xxx)." },
        },
        additionalProperties: false,
      },
    ],
    messages: { mark: "{{text}}", fix: "{{title}}" },
    fixable: "code",
    hasSuggestions: true,
  },
  create(context) {
    return {
      Program() {
        const given = context.sourceCode.text;
        const file = context.physicalFilename ?? context.filename;
        const { warnings = true } = (context.options[0] ?? {}) as { warnings?: boolean };
        service ??= new MarkService(loadTypeScript());
        const { text, offset } = wholeOf(file, given);
        const found = warnings ? service.check(file, text) : service.checkMarks(file, text);
        for (const diagnostic of found) {
          if (diagnostic.severity === "warning" && !warnings) continue;
          const { length, fixes } = diagnostic;
          const start = diagnostic.start - offset;
          if (start < 0 || start + length > given.length) continue;
          const own = fixes.filter(({ file: changed }) => changed === undefined || changed === file);
          const [only] = own;
          context.report({
            ...(only && isSpelling(diagnostic) && { fix: changesOf(only, offset) }),
            suggest: own.map((fix) => ({ messageId: "fix", data: { title: fix.title }, fix: changesOf(fix, offset) })),
            messageId: "mark",
            data: { text: describeDiagnostic(diagnostic) },
            loc: {
              start: context.sourceCode.getLocFromIndex(start),
              end: context.sourceCode.getLocFromIndex(start + length),
            },
          });
        }
      },
    };
  },
};

/** Whether all there is to do is to write the word right that the diagnostic is about: `eslint --fix` does that by itself. */
function isSpelling({ severity, start, length, fixes }: Diagnostic): boolean {
  const edits = fixes.flatMap((fix) => fix.edits);
  const [edit] = edits;
  if (severity !== "error" || edits.length !== 1 || edit === undefined) return false;
  return edit.start === start && edit.end === start + length && /^@?\w+$/.test(edit.text);
}

const changesOf =
  ({ edits }: Fix, offset: number): Rule.ReportFixer =>
  (fixer) =>
    edits.map(({ start, end, text }) => fixer.replaceTextRange([start - offset, end - offset], text));

/**
 * oxlint hands over each script of a component alone, and what stands in it means what it does in the whole component:
 * the text of that, as it was saved, and where in it the given text stands.
 */
function wholeOf(file: string, given: string): { text: string; offset: number } {
  const alone = { text: given, offset: 0 };
  const dialect = dialectOf(file);
  if (dialect === undefined || findScriptBlocks(dialect, given).length > 0) return alone;
  const whole = readOrUndefined(file);
  const text = whole && new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole);
  const offset = text?.indexOf(given) ?? -1;
  return text === undefined || offset < 0 ? alone : { text, offset };
}

const rules = { marks };
const plugin = { meta: { name: "cachet" }, rules };

/** `import cachet from "cachet/eslint"; export default [cachet.configs.recommended];` */
const recommended: Linter.Config = { plugins: { cachet: plugin }, rules: { "cachet/marks": "error" } };

export default { ...plugin, configs: { recommended } };
