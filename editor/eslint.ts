import type { Linter, Rule } from "eslint";
import { loadTypeScript } from "#typescript";
import { describeDiagnostic } from "../transformer/diagnostics.ts";
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
    messages: { mark: "{{text}}" },
  },
  create(context) {
    return {
      Program() {
        const { text } = context.sourceCode;
        const file = context.physicalFilename ?? context.filename;
        const { warnings = true } = (context.options[0] ?? {}) as { warnings?: boolean };
        service ??= new MarkService(loadTypeScript());
        const found = warnings ? service.check(file, text) : service.checkMarks(file, text);
        for (const diagnostic of found) {
          if (diagnostic.severity === "warning" && !warnings) continue;
          const { start, length } = diagnostic;
          context.report({
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

const rules = { marks };
const plugin = { meta: { name: "cachet" }, rules };

/** `import cachet from "cachet/eslint"; export default [cachet.configs.recommended];` */
const recommended: Linter.Config = { plugins: { cachet: plugin }, rules: { "cachet/marks": "error" } };

export default { ...plugin, configs: { recommended } };
