import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";
import type { Binding, BindingKind, Scope } from "./bindings.ts";

/** A use of a name, not yet resolved: names are hoisted, so resolution waits for the whole file. */
export interface Use {
  identifier: ts.Identifier;
  scope: Scope;
}

/** What to do with a node of one kind: declare what it declares, open scopes, visit its children. */
export type NodeVisit<T extends ts.Node = never> = (walk: Walk, node: T, scope: Scope) => void;

/**
 * One pass over the values of a file, in source order: what is met first declares first. With a stack of its own:
 * `a + b + …` of thousands of terms is a tree as deep.
 */
export class Walk {
  readonly ts: SyntaxApi;
  /** Scope opened by a node; a function's body block has one of its own beside that of its parameters. */
  readonly scopes: Map<ts.Node, Scope>;
  readonly uses: Use[] = [];
  /** Calls, JSX and other expressions whose meaning is more than their names. */
  readonly callSites: ts.Node[] = [];
  readonly #nodes: ts.Node[] = [];
  readonly #around: Scope[] = [];
  #scope: Scope;
  readonly #visitChild = (child: ts.Node): void => this.visit(child, this.#scope);

  constructor(api: SyntaxApi, root: Scope) {
    this.ts = api;
    this.scopes = new Map([[root.node, root]]);
    this.#scope = root;
    this.visit(root.node, root);
  }

  /** Takes each node that was visited, first one first, until nothing is left. */
  run(step: NodeVisit<ts.Node>): void {
    for (let node = this.#nodes.pop(); node; node = this.#nodes.pop()) {
      const scope = this.#around.pop() as Scope;
      const from = this.#nodes.length;
      step(this, node, scope);
      reverse(this.#nodes, from);
      reverse(this.#around, from);
    }
  }

  visit(node: ts.Node | undefined, scope: Scope): void {
    if (!node) return;
    this.#nodes.push(node);
    this.#around.push(scope);
  }

  visitAll(nodes: readonly ts.Node[] | undefined, scope: Scope): void {
    if (nodes) for (const node of nodes) this.visit(node, scope);
  }

  visitChildren(node: ts.Node, scope: Scope): void {
    this.#scope = scope;
    this.ts.forEachChild(node, this.#visitChild);
  }

  /** A property's name is a value only where it is computed. */
  visitName(name: ts.PropertyName | undefined, scope: Scope): void {
    if (name && this.ts.isComputedPropertyName(name)) this.visit(name, scope);
  }

  open(node: ts.Node, parent: Scope, hoists = false): Scope {
    const scope: Scope = { node, parent, bindings: new Map(), hoist: parent.hoist };
    if (hoists) scope.hoist = scope;
    this.scopes.set(node, scope);
    return scope;
  }

  declare(scope: Scope, kind: BindingKind, name: ts.Identifier, declaration: ts.Node, ambient = false): Binding {
    const known = scope.bindings.get(name.text);
    if (!known) {
      const binding = createBinding(kind, name, declaration, scope.node, ambient);
      scope.bindings.set(name.text, binding);
      return binding;
    }
    if (known.ambient && !ambient) {
      Object.assign(known, { kind, declaration, nameNode: name, ambient: false, declarations: [] });
    } else if (ambient) return known;
    known.declarations.push(declaration);
    return known;
  }

  /** `[a, { b: c = d }]` → declares a and c in `target`, visits d in `scope`. */
  declarePattern(
    pattern: ts.BindingName,
    scope: Scope,
    target: Scope,
    kind: BindingKind,
    at: ts.Node,
    ambient = false,
  ): void {
    const { ts } = this;
    if (!ts.isIdentifier(pattern)) {
      for (const element of pattern.elements) {
        if (!ts.isBindingElement(element)) continue;
        if (element.propertyName) this.visitName(element.propertyName, scope);
        this.visit(element.initializer, scope);
        const key = element.propertyName ?? element.name;
        if ("text" in key && key.text === "getStore") this.callSites.push(element);
        this.declarePattern(element.name, scope, target, kind, at, ambient);
      }
      return;
    }
    const again = target.bindings.get(pattern.text);
    const binding = this.declare(target, kind, pattern, at, ambient);
    const writes = kind === "var" && again?.kind === "var" && ts.isVariableDeclaration(at) && at.initializer;
    if (!writes) return;
    binding.reassigned = true;
    binding.writes.push(pattern);
  }
}

export function createBinding(
  kind: BindingKind,
  nameNode: ts.Identifier,
  declaration: ts.Node,
  scope: ts.Node,
  ambient: boolean,
): Binding {
  const { text: name } = nameNode;
  const declarations = [declaration];
  return { name, kind, declaration, declarations, nameNode, scope, ambient, reassigned: false, writes: [] };
}

function reverse(list: unknown[], from: number): void {
  for (let low = from, high = list.length - 1; low < high; low++, high--) {
    const kept = list[low];
    list[low] = list[high];
    list[high] = kept;
  }
}
