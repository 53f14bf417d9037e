import type ts from "typescript";
import type { Binding } from "../../syntax/scopes.ts";
import type { CodeKind, SyntaxApi, Topic } from "../../types.ts";
import { decoratedTypes } from "../normal-form/decorated-types.ts";
import { isErased } from "../normal-form/erase.ts";
import { serialize } from "../normal-form/serialize.ts";
import type { Findings, GraphNode, Module, References, Session } from "./model.ts";
import { addName, collectReferences } from "./references.ts";

export function createGraphNode(module: Module, kind: CodeKind, name: string, syntax: readonly ts.Node[]): GraphNode {
  return { kind, name, module, syntax, expanded: false, begun: false, ...createFindings() };
}

export function createFindings(): Findings {
  return { own: "", edges: [], lookupPaths: new Set(), warnings: [], fileWarnings: [], env: [], speaksOf: [] };
}

type NodeTable = Session["nodes"];

/** The graph's node of a piece of syntax, together with the declarations that it is merged with. */
export function nodeOf(table: NodeTable, module: Module, kind: CodeKind, name: string, syntax: ts.Node): GraphNode {
  const [declared] = module.scopes.declaredBy(syntax);
  const declarations = declared ? declared.declarations : [syntax];
  const key = declarations[0] ?? syntax;
  const known = table.get(key);
  if (known) return known;
  // Whatever reaches it first names a node, so a declaration goes by its own name.
  const made = declared
    ? createGraphNode(module, kindOf(declared), declared.name, declarations)
    : createGraphNode(module, kind, name, declarations);
  table.set(key, made);
  return made;
}

export function nodeOfBinding(table: NodeTable, module: Module, binding: Binding): GraphNode {
  return nodeOf(table, module, kindOf(binding), binding.name, binding.declaration);
}

/** What an `export default` stands for. */
export function nodeOfExport(table: NodeTable, module: Module, exported: ts.Node): GraphNode {
  const name = (exported as ts.FunctionDeclaration).name?.text;
  const binding = name === undefined ? undefined : module.scopes.resolve(name, module.sourceFile);
  return binding ? nodeOfBinding(table, module, binding) : nodeOf(table, module, "value", "default", exported);
}

export function nodeOfModule(table: NodeTable, module: Module, why?: string): GraphNode {
  const node = nodeOf(table, module, "module", "*", module.sourceFile);
  if (why !== undefined) node.note ??= why;
  return node;
}

/** What a module does for everybody when it is evaluated: its side-effect imports, and its writes to globals. */
export function nodeOfEffects(table: NodeTable, module: Module): GraphNode {
  const key = module.sourceFile.endOfFileToken;
  const known = table.get(key);
  if (known) return known;
  const made: GraphNode = { ...createGraphNode(module, "statement", "effects of the module", []), role: "effects" };
  table.set(key, made);
  return made;
}

function kindOf(binding: Binding): CodeKind {
  const { kind } = binding;
  return kind === "function" || kind === "class" || kind === "enum" || kind === "namespace" ? kind : "value";
}

export interface Facts extends References {
  text: string;
  speaksOf: Topic[];
}

/** What code that makes or hands on such a thing is written with; types count, too. */
const WORDS: Record<Topic, RegExp> = {
  streams: /\basync\b[\s\w$]*\*|stream|async_?iter|AsyncGen|\bReadable\b|\.body\b/i,
  urlPatterns: /\bURLPattern\b/,
};
const TOPICS = Object.keys(WORDS) as Topic[];

const factsByNode = new WeakMap<ts.Node, Facts>();

/** A node's normal form and what it uses: they depend on its file's text alone, so they are found once. */
export function factsOf(api: SyntaxApi, module: Module, node: ts.Node): Facts {
  const known = factsByNode.get(node);
  if (known) return known;
  const isWhole = node === module.sourceFile;
  const uses = collectReferences(api, module.scopes, node);
  if (isWhole) addImports(api, module, uses);
  const text = isWhole ? moduleText(api, module) : serialize(api, node);
  const written = node.getText(module.sourceFile);
  const speaksOf = TOPICS.filter((topic) => WORDS[topic].test(written));
  const types = decoratedTypes(api, node);
  for (const identifier of types.names) {
    const binding = module.scopes.resolve(identifier.text, identifier);
    if (binding) uses.uses.push({ type: "decorated", binding, identifier });
  }
  const facts = { ...uses, text: text + types.text, speaksOf };
  factsByNode.set(node, facts);
  return facts;
}

function addImports(api: SyntaxApi, module: Module, { uses }: References): void {
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import) continue;
    for (const identifier of module.scopes.usesOf(binding)) {
      addName(api, module.scopes, uses, { name: binding.name, identifier, binding });
    }
  }
}

/** A whole file without types, imports and re-exports: what they lead to counts, not where it lies. */
function moduleText(api: SyntaxApi, module: Module): string {
  const texts: string[] = [];
  for (const statement of module.sourceFile.statements) {
    if (api.isImportDeclaration(statement) || api.isImportEqualsDeclaration(statement)) continue;
    if (api.isExportDeclaration(statement) || isErased(api, statement)) continue;
    texts.push(serialize(api, statement));
  }
  const names = [...module.exports]
    .filter(([, target]) => target.type !== "local" || hasValue(module, target.name))
    .map(([name, target]) => [name, target.type === "local" ? target.name : target.type]);
  return `${texts.join("\n")}\nexports ${JSON.stringify(names.sort())}`;
}

/** Types are exported like values, and leave no code behind. */
function hasValue({ scopes, sourceFile }: Module, name: string): boolean {
  const binding = scopes.resolve(name, sourceFile);
  return binding !== undefined && !binding.ambient && !binding.import?.typeOnly;
}
