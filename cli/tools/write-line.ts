import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import MagicString from "magic-string";
import type ts from "typescript";
import { parse, syntaxErrors } from "../../transformer/syntax/parse.ts";
import type { TypeScript } from "../../transformer/types.ts";
import type { Edit } from "./tool-table.ts";
import type { Finding } from "./tools-in-use.ts";

/** A file as it is going to be. */
export interface Change {
  file: string;
  text: string;
}

/** What adds the plugin for one tool; `undefined` where only a person can say how. */
export function changeFor(api: TypeScript, finding: Finding): Change | undefined {
  const {
    tool,
    package: { directory },
    command,
  } = finding;
  // A line that is not the table's is for a case that the table's edit doesn't fit.
  if (finding.note !== undefined) return commandChange(finding);
  const { edit } = tool;
  if (edit === undefined) return undefined;
  if (edit.type === "script") return command && scriptChange(finding, edit.option);
  if (edit.type === "command") return commandChange(finding, edit.by);
  const file = finding.config ?? join(directory, tool.config as string);
  if (file.endsWith("package.json")) return undefined;
  if (!existsSync(file)) {
    const text = newConfig(edit);
    return text === undefined ? undefined : { file, text };
  }
  const text = editConfig(api, file, readFileSync(file, "utf8"), edit);
  return text === undefined ? undefined : { file, text };
}

function newConfig(edit: Edit): string | undefined {
  if (edit.type !== "plugin") return undefined;
  const value = edit.path.reduceRight(
    (inner, name) => (inner === "" ? `${name}: [cachet()]` : `${name}: { ${inner} }`),
    "",
  );
  return `import cachet from "${edit.from}";\n\nexport default { ${value} };\n`;
}

/** `"start": "node src/main.ts"` → `"node --import cachet/register src/main.ts"`. */
function scriptChange({ command, package: { directory } }: Finding, option: string): Change | undefined {
  const [name = ""] = command?.words ?? [];
  return editScript(directory, command?.script, (script) => {
    const at = script.indexOf(command?.text ?? "");
    const word = new RegExp(`(?<![\\w./-])${name}(?![\\w-])`).exec(script.slice(at));
    if (at < 0 || !word) return undefined;
    // `bun test`, `deno run`: options follow the subcommand.
    const sub = /^\s+(?:run|test)\b/.exec(script.slice(at + word.index + name.length))?.[0] ?? "";
    const end = at + word.index + name.length + (name === "deno" ? sub.length : 0);
    return `${script.slice(0, end)} ${option}${script.slice(end)}`;
  });
}

/** Every `tsc` of a script that writes something. */
function commandChange({ command, tool, line, package: { directory } }: Finding, by?: string): Change | undefined {
  const other = by ?? /^(cachet tsc) in place of/.exec(line)?.[1];
  if (other === undefined || !command || other === "tspc") return undefined;
  return editScript(directory, command.script, (script) => {
    const at = script.indexOf(command.text);
    const word = new RegExp(`(?<![\\w./-])${tool.name}(?![\\w-])`).exec(script.slice(at));
    return at < 0 || !word
      ? undefined
      : script.slice(0, at + word.index) + other + script.slice(at + word.index + tool.name.length);
  });
}

/** Changes one script where it stands: the rest of package.json keeps its layout. */
function editScript(
  directory: string,
  name: string | undefined,
  change: (script: string) => string | undefined,
): Change | undefined {
  const file = join(directory, "package.json");
  const text = readFileSync(file, "utf8");
  const script = (JSON.parse(text) as { scripts: Record<string, string> }).scripts[name ?? ""];
  const changed = script === undefined ? undefined : change(script);
  if (script === undefined || changed === undefined) return undefined;
  const pattern = new RegExp(`(${literally(JSON.stringify(name))}\\s*:\\s*)${literally(JSON.stringify(script))}`);
  const at = pattern.exec(text.slice(text.search(/"scripts"\s*:/)));
  if (!at) return undefined;
  const from = text.search(/"scripts"\s*:/) + at.index;
  return { file, text: `${text.slice(0, from)}${at[1]}${JSON.stringify(changed)}${text.slice(from + at[0].length)}` };
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function editConfig(api: TypeScript, file: string, source: string, edit: Edit): string | undefined {
  if (/\.json$|\.babelrc$/.test(file)) return edit.type === "string" ? editJson(api, file, source, edit) : undefined;
  if (!/\.[cm]?[jt]s$/.test(file)) return undefined;
  const sourceFile = parse(api, file, source);
  if (syntaxErrors(sourceFile).length > 0) return undefined;
  const text = new MagicString(source);
  const exported = exportedValue(api, sourceFile);
  if (!exported) return undefined;
  const isModule = api.isExternalModule(sourceFile);
  if (edit.type === "wrap") {
    text.appendLeft(exported.getStart(sourceFile), "withCachet(");
    text.appendRight(exported.end, ")");
    addImport(
      sourceFile,
      text,
      isModule ? `import { withCachet } from "${edit.from}";` : `const { withCachet } = require("${edit.from}");`,
    );
    return text.toString();
  }
  if (edit.type !== "plugin" && edit.type !== "string") return undefined;
  const object = configObject(api, sourceFile, exported);
  const element = edit.type === "plugin" ? "cachet()" : JSON.stringify(edit.value);
  if (!object || !addElement(api, sourceFile, text, object, edit.path, element)) return undefined;
  if (edit.type === "plugin") {
    // A name that is taken would be shadowed.
    if (/\bcachet\b/.test(source.replace(/["'`][^"'`\n]*["'`]/g, ""))) return undefined;
    addImport(
      sourceFile,
      text,
      isModule ? `import cachet from "${edit.from}";` : `const { default: cachet } = require("${edit.from}");`,
    );
  }
  return text.toString();
}

function editJson(
  api: TypeScript,
  file: string,
  source: string,
  edit: Extract<Edit, { type: "string" }>,
): string | undefined {
  const sourceFile = api.parseJsonText(file, source);
  const [statement] = sourceFile.statements;
  const text = new MagicString(source);
  const { expression } = statement ?? {};
  if (!expression || !api.isObjectLiteralExpression(expression)) return undefined;
  return addElement(api, sourceFile, text, expression, edit.path, JSON.stringify(edit.value), true)
    ? text.toString()
    : undefined;
}

/** `export default x`, `module.exports = x`. */
function exportedValue(api: TypeScript, sourceFile: ts.SourceFile): ts.Expression | undefined {
  for (const statement of sourceFile.statements) {
    if (api.isExportAssignment(statement)) return statement.expression;
    if (!api.isExpressionStatement(statement) || !api.isBinaryExpression(statement.expression)) continue;
    const { left, right } = statement.expression;
    if (left.getText(sourceFile) === "module.exports") return right;
  }
  return undefined;
}

/** The object in `defineConfig({ … })`, `() => ({ … })`, `{ … } satisfies X`, or in the variable that is exported. */
function configObject(
  api: TypeScript,
  sourceFile: ts.SourceFile,
  value: ts.Expression,
): ts.ObjectLiteralExpression | undefined {
  if (api.isObjectLiteralExpression(value)) return value;
  if (api.isParenthesizedExpression(value) || api.isSatisfiesExpression(value) || api.isAsExpression(value))
    return configObject(api, sourceFile, value.expression);
  if (api.isCallExpression(value)) {
    const [first] = value.arguments;
    return first && value.arguments.length === 1 ? configObject(api, sourceFile, first) : undefined;
  }
  if (api.isArrowFunction(value)) {
    if (!api.isBlock(value.body)) return configObject(api, sourceFile, value.body);
    const returned = value.body.statements.filter(api.isReturnStatement);
    const [only] = returned;
    return only?.expression && returned.length === 1 ? configObject(api, sourceFile, only.expression) : undefined;
  }
  if (!api.isIdentifier(value)) return undefined;
  for (const statement of sourceFile.statements.filter(api.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations)
      if (api.isIdentifier(name) && name.text === value.text && initializer)
        return configObject(api, sourceFile, initializer);
  }
  return undefined;
}

/** Puts an element first into the list at a path, and makes the list, and what is around it, where it is missing. */
function addElement(
  api: TypeScript,
  sourceFile: ts.SourceFile,
  text: MagicString,
  object: ts.ObjectLiteralExpression,
  path: readonly string[],
  element: string,
  isJson = false,
): boolean {
  const [name = "", ...rest] = path;
  const property = object.properties.find((one) => one.name?.getText(sourceFile).replace(/^["']|["']$/g, "") === name);
  if (!property) {
    if (object.properties.some(api.isSpreadAssignment)) return false;
    const key = (each: string) => (isJson ? JSON.stringify(each) : each);
    const value = [...rest].reverse().reduce((inner, each) => `{ ${key(each)}: ${inner} }`, `[${element}]`);
    const first = object.properties[0];
    const added = `${key(name)}: ${value}`;
    if (first) text.appendLeft(first.getStart(sourceFile), `${added},${separatorBefore(sourceFile, first)}`);
    else text.appendLeft(object.getStart(sourceFile) + 1, ` ${added} `);
    return true;
  }
  if (!api.isPropertyAssignment(property)) return false;
  const { initializer } = property;
  if (rest.length > 0)
    return (
      api.isObjectLiteralExpression(initializer) &&
      addElement(api, sourceFile, text, initializer, rest, element, isJson)
    );
  if (!api.isArrayLiteralExpression(initializer)) return false;
  const first = initializer.elements[0];
  if (first) text.appendLeft(first.getStart(sourceFile), `${element},${separatorBefore(sourceFile, first)}`);
  else text.appendLeft(initializer.getStart(sourceFile) + 1, element);
  return true;
}

/** What the file has before a node: the line break and indentation, or a blank. */
function separatorBefore(sourceFile: ts.SourceFile, node: ts.Node): string {
  return /\r?\n[ \t]*$/.exec(sourceFile.text.slice(0, node.getStart(sourceFile)))?.[0] ?? " ";
}

/** Before the first statement, behind the comments of the file. */
function addImport(sourceFile: ts.SourceFile, text: MagicString, line: string): void {
  const first = sourceFile.statements.find((statement) => !/^["']use /.test(statement.getText(sourceFile)));
  text.appendLeft(first?.getStart(sourceFile) ?? 0, `${line}\n`);
}
