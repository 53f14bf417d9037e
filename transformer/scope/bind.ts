import type ts from "typescript";
import { fillParents, hasModifier, isTypeOnlyNamespace, isTypeSyntax } from "./syntax.ts";
import type { Binding, BindingKind, ImportTarget, Scope } from "./types.ts";

type TypeScript = typeof ts;

/** A use of a name, not yet resolved: names are hoisted, so resolution waits for the whole file. */
export interface Use {
  identifier: ts.Identifier;
  scope: Scope;
}

export interface Bound {
  root: Scope;
  /** Scope opened by a node; a function's body block has one of its own beside that of its parameters. */
  scopes: Map<ts.Node, Scope>;
  uses: Use[];
}

interface Visit {
  node: ts.Node;
  scope: Scope;
}

/**
 * Collects every scope, declaration and value use of a file in one pass, on the syntax alone.
 * Walks with a stack of its own: `a + b + …` of thousands of terms is a tree as deep.
 */
export function bind(ts: TypeScript, file: ts.SourceFile): Bound {
  const K = ts.SyntaxKind;
  const root: Scope = { node: file, parent: undefined, bindings: new Map(), hoist: undefined as never };
  root.hoist = root;
  const scopes = new Map<ts.Node, Scope>([[file, root]]);
  const uses: Use[] = [];
  const stack: Visit[] = [];
  /** Children of the node in hand, first one first: declarations must be met in source order. */
  const pending: Visit[] = [];

  function open(node: ts.Node, parent: Scope, hoists = false): Scope {
    const scope: Scope = { node, parent, bindings: new Map(), hoist: parent.hoist };
    if (hoists) scope.hoist = scope;
    scopes.set(node, scope);
    return scope;
  }

  function visit(node: ts.Node | undefined, scope: Scope): void {
    if (node) pending.push({ node, scope });
  }

  function visitAll(nodes: readonly ts.Node[] | undefined, scope: Scope): void {
    for (const node of nodes ?? []) pending.push({ node, scope });
  }

  function children(node: ts.Node, scope: Scope): void {
    ts.forEachChild(node, (child) => void pending.push({ node: child, scope }));
  }

  function declare(
    scope: Scope,
    kind: BindingKind,
    name: ts.Identifier,
    declaration: ts.Node,
    more: Partial<Binding> = {},
  ) {
    const known = scope.bindings.get(name.text);
    if (!known) {
      const base = {
        name: name.text,
        kind,
        declaration,
        declarations: [declaration],
        nameNode: name,
        scope: scope.node,
      };
      const binding: Binding = { ...base, ambient: false, reassigned: false, writes: [], ...more };
      scope.bindings.set(name.text, binding);
      return binding;
    }
    if (known.ambient && !more.ambient) {
      Object.assign(known, { kind, declaration, nameNode: name, ambient: false, declarations: [] });
    } else if (more.ambient) return known;
    known.declarations.push(declaration);
    return known;
  }

  /** `[a, { b: c = d }]` → declares a and c, visits d. */
  function declarePattern(
    name: ts.BindingName,
    scope: Scope,
    target: Scope,
    kind: BindingKind,
    at: ts.Node,
    ambient: boolean,
  ) {
    if (ts.isIdentifier(name)) {
      const again = target.bindings.get(name.text);
      const binding = declare(target, kind, name, at, { ambient });
      const writes = kind === "var" && again && ts.isVariableDeclaration(at) && at.initializer;
      if (writes && again.kind === "var") {
        binding.reassigned = true;
        binding.writes.push(name);
      }
      return;
    }
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      if (element.propertyName && ts.isComputedPropertyName(element.propertyName)) visit(element.propertyName, scope);
      visit(element.initializer, scope);
      declarePattern(element.name, scope, target, kind, at, ambient);
    }
  }

  function bindVariable(node: ts.VariableDeclaration, scope: Scope): void {
    const list = node.parent as ts.VariableDeclarationList | ts.CatchClause;
    if (ts.isCatchClause(list)) {
      declarePattern(node.name, scope, scope, "catch", node, false);
      return;
    }
    const flags = list.flags & ts.NodeFlags.BlockScoped;
    const { Let, Const } = ts.NodeFlags;
    const kind = flags === 0 ? "var" : flags === Let ? "let" : flags === Const ? "const" : "using";
    const statement = list.parent;
    const ambient = ts.isVariableStatement(statement) && hasModifier(statement, K.DeclareKeyword);
    declarePattern(node.name, scope, kind === "var" ? scope.hoist : scope, kind, node, ambient);
    if (!ambient) visit(node.initializer, scope);
  }

  function bindFunction(node: ts.FunctionLikeDeclaration, scope: Scope): void {
    visitAll(node.modifiers, scope);
    if (ts.isFunctionDeclaration(node)) {
      const ambient = !node.body || hasModifier(node, K.DeclareKeyword);
      if (node.name) declare(scope, "function", node.name, node, { ambient });
    } else if (node.name && !ts.isFunctionExpression(node)) visit(propertyName(node.name), scope);
    if (!node.body) return;
    let inner = scope;
    if (ts.isFunctionExpression(node) && node.name) {
      inner = { node, parent: scope, bindings: new Map(), hoist: scope.hoist };
      declare(inner, "function", node.name, node);
    }
    const params = open(node, inner, true);
    for (const param of node.parameters) {
      visitAll(param.modifiers, scope);
      if (ts.isIdentifier(param.name) && param.name.text === "this") continue;
      declarePattern(param.name, params, params, "param", param, false);
      visit(param.initializer, params);
    }
    if (ts.isBlock(node.body)) children(node.body, open(node.body, params, true));
    else visit(node.body, params);
  }

  function bindClass(node: ts.ClassLikeDeclaration, scope: Scope): void {
    visitAll(node.modifiers, scope);
    const ambient = hasModifier(node, K.DeclareKeyword);
    if (node.name && ts.isClassDeclaration(node)) declare(scope, "class", node.name, node, { ambient });
    if (ambient) return;
    const inner = open(node, scope);
    if (node.name && ts.isClassExpression(node)) declare(inner, "class", node.name, node);
    for (const clause of node.heritageClauses ?? []) {
      if (clause.token === K.ExtendsKeyword) for (const type of clause.types) visit(type.expression, inner);
    }
    visitAll(node.members, inner);
  }

  function bindProperty(node: ts.PropertyDeclaration, scope: Scope): void {
    visitAll(node.modifiers, scope);
    visit(propertyName(node.name), scope);
    visit(node.initializer, scope);
  }

  function bindEnum(node: ts.EnumDeclaration, scope: Scope): void {
    const ambient = hasModifier(node, K.DeclareKeyword);
    const binding = declare(scope, "enum", node.name, node, { ambient });
    binding.members ??= new Map();
    const inner = open(node, scope);
    inner.owner = binding;
    for (const member of node.members) {
      visit(member.initializer, inner);
      const { name } = member;
      const text = ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
      if (text === undefined || binding.members.has(text)) continue;
      const kind = "member" as const;
      const base = { name: text, kind, declaration: member, declarations: [member], nameNode: name as ts.Identifier };
      binding.members.set(text, { ...base, scope: node, ambient, reassigned: false, writes: [] });
    }
  }

  function bindNamespace(node: ts.ModuleDeclaration, scope: Scope): void {
    if (!ts.isIdentifier(node.name) || !node.body || node.flags & ts.NodeFlags.GlobalAugmentation) return;
    if (isTypeOnlyNamespace(ts, node)) return;
    const ambient = hasModifier(node, K.DeclareKeyword);
    const binding = declare(scope, "namespace", node.name, node, { ambient });
    binding.members ??= new Map();
    if (ambient) return;
    const inner = open(node.body, scope, true);
    inner.owner = binding;
    if (ts.isModuleDeclaration(node.body)) bindNamespace(node.body, inner);
    else if (ts.isModuleBlock(node.body)) visitAll(node.body.statements, inner);
  }

  function bindImport(node: ts.ImportDeclaration, scope: Scope): void {
    const clause = node.importClause;
    if (!clause || !ts.isStringLiteralLike(node.moduleSpecifier)) return;
    const specifier = node.moduleSpecifier.text;
    const add = (name: ts.Identifier, at: ts.Node, imported: string, typeOnly: boolean) => {
      const target: ImportTarget = { specifier, imported, typeOnly: typeOnly || clause.isTypeOnly };
      declare(scope, "import", name, at, { import: target });
    };
    if (clause.name) add(clause.name, clause, "default", false);
    const named = clause.namedBindings;
    if (named && ts.isNamespaceImport(named)) add(named.name, named, "*", false);
    if (named && ts.isNamedImports(named)) {
      for (const element of named.elements) {
        add(element.name, element, (element.propertyName ?? element.name).text, element.isTypeOnly);
      }
    }
  }

  /** `import a = require("x")` is an import; `import a = N.b` is an alias whose leftmost name is a use. */
  function bindImportEquals(node: ts.ImportEqualsDeclaration, scope: Scope): void {
    const from = node.moduleReference;
    if (ts.isExternalModuleReference(from)) {
      if (!ts.isStringLiteralLike(from.expression)) return;
      const target = { specifier: from.expression.text, imported: "*", typeOnly: node.isTypeOnly };
      declare(scope, "import", node.name, node, { import: target });
      return;
    }
    declare(scope, "alias", node.name, node, { ambient: node.isTypeOnly });
    if (node.isTypeOnly) return;
    let left: ts.EntityName = from;
    while (ts.isQualifiedName(left)) left = left.left;
    visit(left, scope);
  }

  function bindExport(node: ts.ExportDeclaration, scope: Scope): void {
    if (node.moduleSpecifier || node.isTypeOnly || !node.exportClause || !ts.isNamedExports(node.exportClause)) return;
    for (const element of node.exportClause.elements) {
      const name = element.propertyName ?? element.name;
      if (!element.isTypeOnly && ts.isIdentifier(name)) visit(name, scope);
    }
  }

  function propertyName(name: ts.PropertyName): ts.Node | undefined {
    return ts.isComputedPropertyName(name) ? name : undefined;
  }

  function bindJsxTag(tag: ts.JsxTagNameExpression, scope: Scope): void {
    if (ts.isIdentifier(tag)) {
      if (!/^[a-z]/.test(tag.text) && !tag.text.includes("-") && tag.text !== "this") visit(tag, scope);
    } else if (!ts.isJsxNamespacedName(tag)) visit(tag, scope);
  }

  function step(node: ts.Node, scope: Scope): void {
    if (isTypeSyntax(ts, node)) return;
    switch (node.kind) {
      case K.Identifier:
        if ((node as ts.Identifier).text !== "") uses.push({ identifier: node as ts.Identifier, scope });
        return;
      case K.VariableDeclaration:
        bindVariable(node as ts.VariableDeclaration, scope);
        break;
      case K.FunctionDeclaration:
      case K.FunctionExpression:
      case K.ArrowFunction:
      case K.MethodDeclaration:
      case K.Constructor:
      case K.GetAccessor:
      case K.SetAccessor:
        bindFunction(node as ts.FunctionLikeDeclaration, scope);
        break;
      case K.ClassDeclaration:
      case K.ClassExpression:
        bindClass(node as ts.ClassLikeDeclaration, scope);
        break;
      case K.PropertyDeclaration:
        bindProperty(node as ts.PropertyDeclaration, scope);
        break;
      case K.ClassStaticBlockDeclaration: {
        const { body } = node as ts.ClassStaticBlockDeclaration;
        children(body, open(body, open(node, scope, true), true));
        break;
      }
      case K.EnumDeclaration:
        bindEnum(node as ts.EnumDeclaration, scope);
        break;
      case K.ModuleDeclaration:
        bindNamespace(node as ts.ModuleDeclaration, scope);
        break;
      case K.ImportDeclaration:
        bindImport(node as ts.ImportDeclaration, scope);
        break;
      case K.ImportEqualsDeclaration:
        bindImportEquals(node as ts.ImportEqualsDeclaration, scope);
        break;
      case K.ExportDeclaration:
        bindExport(node as ts.ExportDeclaration, scope);
        break;
      case K.PropertyAccessExpression:
        visit((node as ts.PropertyAccessExpression).expression, scope);
        break;
      case K.PropertyAssignment: {
        const { name, initializer } = node as ts.PropertyAssignment;
        visit(propertyName(name), scope);
        visit(initializer, scope);
        break;
      }
      case K.LabeledStatement:
        visit((node as ts.LabeledStatement).statement, scope);
        break;
      case K.BreakStatement:
      case K.ContinueStatement:
      case K.MetaProperty:
      case K.JsxClosingElement:
      case K.NamespaceExportDeclaration:
      case K.JsxNamespacedName:
        return;
      case K.JsxAttribute:
        visit((node as ts.JsxAttribute).initializer, scope);
        break;
      case K.JsxOpeningElement:
      case K.JsxSelfClosingElement: {
        const element = node as ts.JsxOpeningElement | ts.JsxSelfClosingElement;
        bindJsxTag(element.tagName, scope);
        visit(element.attributes, scope);
        break;
      }
      case K.Block:
      case K.ForStatement:
      case K.ForInStatement:
      case K.ForOfStatement:
      case K.CaseBlock:
      case K.CatchClause:
        children(node, open(node, scope));
        break;
      default:
        children(node, scope);
        break;
    }
  }

  fillParents(ts, file);
  stack.push({ node: file, scope: root });
  for (let next = stack.pop(); next; next = stack.pop()) {
    step(next.node, next.scope);
    for (let child = pending.pop(); child; child = pending.pop()) stack.push(child);
  }
  publishMembers(scopes);
  uses.sort((a, b) => a.identifier.pos - b.identifier.pos);
  return { root, scopes, uses };
}

/** What one part of a namespace exports is visible in its other parts by its bare name. */
function publishMembers(scopes: Map<ts.Node, Scope>): void {
  for (const scope of scopes.values()) {
    const members = scope.owner?.members;
    if (!members || scope.owner?.kind === "enum") continue;
    for (const [name, binding] of scope.bindings) if (!members.has(name)) members.set(name, binding);
  }
}
