import type ts from "typescript";
import { printOnOneLine, substitute } from "../2-analyze/option-text.ts";
import { importsOf } from "../4-rewrite/plan-edits.ts";
import { DIAGNOSTICS, type Diagnostics } from "../diagnostics.ts";
import { tagSpan } from "../fixes.ts";
import type { ParsedPlan } from "../pipeline.ts";
import { createScopes, type Scopes } from "../syntax/scopes.ts";
import type {
  CachedFunction,
  DynamicOption,
  Edit,
  HashedFunction,
  OptionImport,
  SyntaxApi,
  ValueClass,
} from "../types.ts";

/** A compiler's output, parsed. */
export interface EmittedModule {
  api: SyntaxApi;
  sourceFile: ts.SourceFile;
  scopes: Scopes;
  /** What it was compiled with. */
  options: ts.CompilerOptions;
}

/**
 * A function of the source with the nodes that it has in the output. Names in its options that the output knows as
 * members of `exports` are written so; one that the output knows nothing of is reported.
 */
export function bringNames(
  module: EmittedModule,
  fn: HashedFunction,
  at: CachedFunction,
  diagnostics: Diagnostics,
): HashedFunction {
  const exported = new Set<string>();
  for (const name of fn.options.references.keys()) {
    if (module.scopes.resolve(name, at.node)) continue;
    if (isExported(module.sourceFile.text, name)) exported.add(name);
    else {
      const message = `The compiler dropped '${name}', which only this mark uses.`;
      const fix = `Export '${name}', or write its value in the mark.`;
      diagnostics.add(DIAGNOSTICS.droppedMark(tagSpan(fn.mark), message, fix));
    }
  }
  const dynamic = fn.options.dynamic.map((option) => qualify(module.api, option, exported));
  const { node, attachment, redeclared, awaits, mark } = at;
  return {
    ...fn,
    node,
    attachment,
    redeclared,
    awaits: fn.standsAlone ? [] : awaits,
    mark: { ...fn.mark, token: mark.token },
    options: { ...fn.options, dynamic, imports: [], references: new Map() },
    classes: fn.classes.map((each) => bringClass(module, each)),
  };
}

/** A class of the file by the name that the output has for it; its import is added with all others. */
function bringClass({ scopes, sourceFile }: EmittedModule, each: ValueClass): ValueClass {
  const { import: _import, reference, ...rest } = each;
  const { text } = rest;
  if (!reference || !text || scopes.resolve(text, sourceFile)) return rest;
  return isExported(sourceFile.text, text) ? { ...rest, text: `exports.${text}` } : { name: text, reason: DROPPED };
}

const DROPPED = "the compiler dropped its name";

/** CommonJS: an exported `const limit = 5` is `exports.limit = 5`, without a variable. */
function isExported(text: string, name: string): boolean {
  return new RegExp(`\\bexports\\.${name.replace(/\$/g, "\\$")}\\s*=`).test(text);
}

function qualify(api: SyntaxApi, option: DynamicOption, exported: ReadonlySet<string>): DynamicOption {
  if (exported.size === 0) return option;
  const parsed = api.createSourceFile("option.ts", `(${option.text})`, api.ScriptTarget.Latest, true);
  const [statement] = parsed.statements;
  const replacements = createScopes(api, parsed)
    .freeReferences(parsed)
    .filter(({ name }) => exported.has(name))
    .map(({ name, identifier }) => ({ node: identifier, text: `exports.${name}` }));
  const text = substitute(parsed, statement as ts.Statement, replacements);
  return { ...option, text: printOnOneLine(api, text) };
}

/** The imports of modules that the marks' options use: the compiler sees no use of them and drops them. */
export function importEdits(module: EmittedModule, plan: ParsedPlan): Edit[] {
  return importsOf(plan.cached).map((use) => importEdit(module, plan.sourceFile, use));
}

/** Behind the nearest import before it that the output still has, so that modules run in the order of the source. */
function importEdit(module: EmittedModule, source: ts.SourceFile, use: OptionImport): Edit {
  const { api, sourceFile } = module;
  const text = importText(module, use);
  const before = source.statements.filter((one) => api.isImportDeclaration(one) && one.pos <= use.declaration.pos);
  for (const each of before.toReversed()) {
    const specifier = emittedSpecifier(
      ((each as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral).text,
      module,
    );
    const kept = sourceFile.statements.find((statement) => loads(api, statement, specifier));
    if (kept) return { type: "append-statement", node: kept as ts.ImportDeclaration, text };
  }
  return { type: "prepend-statements", node: sourceFile, text };
}

function importText(module: EmittedModule, { alias, specifier, declaration }: OptionImport): string {
  const { api, sourceFile } = module;
  const from = JSON.stringify(emittedSpecifier(specifier, module));
  const attributes = declaration.attributes ? ` ${declaration.attributes.getText().replace(/\s+/g, " ")}` : "";
  if (api.isExternalModule(sourceFile)) return `import * as ${alias} from ${from}${attributes};`;
  const isDefault = declaration.importClause?.name !== undefined;
  // What TypeScript's own __importDefault does.
  return isDefault
    ? `const ${alias} = ((module) => (module && module.__esModule ? module : { __proto__: module, default: module }))(require(${from}));`
    : `const ${alias} = require(${from});`;
}

/** `./ok.ts` is `./ok.js` in the output where the compiler was told to rewrite it. */
function emittedSpecifier(specifier: string, { options }: EmittedModule): string {
  if (!options.rewriteRelativeImportExtensions || !/^\.\.?\//.test(specifier)) return specifier;
  return specifier.replace(/\.([cm]?)tsx?$/, ".$1js");
}

/** `import … from "x"`, `const x_1 = require("x")`, `const x_1 = __importStar(require("x"))`. */
function loads(api: SyntaxApi, statement: ts.Statement, specifier: string): boolean {
  if (api.isImportDeclaration(statement)) return (statement.moduleSpecifier as ts.StringLiteral).text === specifier;
  if (!api.isVariableStatement(statement) && !api.isExpressionStatement(statement)) return false;
  const name = /\brequire\(\s*(["'])(.*?)\1\s*\)/.exec(statement.getText())?.[2];
  return name === specifier;
}
