import type ts from "typescript";
import type { Binding } from "../../syntax/scopes.ts";
import type { CodeKind, HashWarning, TypeScript } from "../../types.ts";
import { isErased } from "../normal-form/erase.ts";
import { serialize } from "../normal-form/serialize.ts";
import type { Vertex } from "./components.ts";
import type { Trail } from "./lookup-path.ts";
import type { Module } from "./modules.ts";
import { addReference, collectUses, type Uses } from "./references.ts";

export interface Edge {
  label: string;
  target: Unit | string;
}

/** What looking at a unit's code finds. */
export interface Findings {
  /** Digest of its normal form. */
  own: string;
  edges: Edge[];
  /** Files looked at on the way to its edges: barrels, assets. */
  trails: Set<Trail>;
  warnings: HashWarning[];
  /** Environment variables that it reads by name. */
  env: string[];
}

/** One declaration, statement or whole module that a function reaches. */
export interface Unit extends Vertex, Findings {
  kind: CodeKind;
  name: string;
  module: Module;
  nodes: readonly ts.Node[];
  edges: Edge[];
  /** Why more counts than the declaration. */
  note?: string;
  /** Whether `Findings` are there; they come all at once. */
  expanded: boolean;
  /** Somebody is looking for them and may be waiting for another file. */
  begun: boolean;
}

export function createUnit(module: Module, kind: CodeKind, name: string, nodes: readonly ts.Node[]): Unit {
  return { kind, name, module, nodes, expanded: false, begun: false, ...createFindings() };
}

export function createFindings(): Findings {
  return { own: "", edges: [], trails: new Set(), warnings: [], env: [] };
}

/** The units of one session, one per node. */
export class Units {
  readonly #byNode = new Map<ts.Node, Unit>();

  /** The unit of a node, together with the declarations that it is merged with. */
  of(module: Module, kind: CodeKind, name: string, node: ts.Node): Unit {
    const [declared] = module.scopes.declaredBy(node);
    const nodes = declared ? declared.declarations : [node];
    const key = nodes[0] ?? node;
    const known = this.#byNode.get(key);
    if (known) return known;
    // Whoever comes first names a unit, so a declaration goes by its own name.
    const unit = declared
      ? createUnit(module, kindOf(declared), declared.name, nodes)
      : createUnit(module, kind, name, nodes);
    this.#byNode.set(key, unit);
    return unit;
  }

  ofBinding(module: Module, binding: Binding): Unit {
    return this.of(module, kindOf(binding), binding.name, binding.declaration);
  }

  /** What an `export default` stands for. */
  ofExport(module: Module, node: ts.Node): Unit {
    const name = (node as ts.FunctionDeclaration).name?.text;
    const binding = name === undefined ? undefined : module.scopes.resolve(name, module.sourceFile);
    return binding ? this.ofBinding(module, binding) : this.of(module, "value", "default", node);
  }

  ofModule(module: Module, why?: string): Unit {
    const unit = this.of(module, "module", "*", module.sourceFile);
    if (why !== undefined) unit.note ??= why;
    return unit;
  }
}

function kindOf(binding: Binding): CodeKind {
  const { kind } = binding;
  return kind === "function" || kind === "class" || kind === "enum" || kind === "namespace" ? kind : "value";
}

export interface Facts extends Uses {
  text: string;
}

const factsByNode = new WeakMap<ts.Node, Facts>();

/** A node's normal form and what it uses: they depend on its file's text alone, so they are found once. */
export function factsOf(api: TypeScript, module: Module, node: ts.Node): Facts {
  const known = factsByNode.get(node);
  if (known) return known;
  const isWhole = node === module.sourceFile;
  const uses = collectUses(api, module.scopes, node);
  if (isWhole) addImports(api, module, uses);
  const facts = { ...uses, text: isWhole ? moduleText(api, module) : serialize(api, node) };
  factsByNode.set(node, facts);
  return facts;
}

function addImports(api: TypeScript, module: Module, { uses }: Uses): void {
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import) continue;
    for (const identifier of module.scopes.usesOf(binding)) {
      addReference(api, uses, { name: binding.name, identifier, binding });
    }
  }
}

/** A whole file without types, imports and re-exports: what they lead to counts, not where it lies. */
function moduleText(api: TypeScript, module: Module): string {
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
